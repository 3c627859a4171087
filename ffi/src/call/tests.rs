use super::*;
use crate::client::{shiren_client_close, shiren_client_free};
use crate::error::*;
use crate::queue::{shiren_completion, shiren_queue_free, shiren_queue_new, shiren_queue_next};
use crate::request::{shiren_request_bytes, shiren_request_free, shiren_request_new, shiren_request_text};
use crate::response::{SHIREN_PASSED, shiren_response_decision, shiren_response_free};
use shiren::{Client, Config};
use shiren_sandbox::Sandbox;
use std::ffi::CString;
use std::ptr::{null, null_mut};
use std::sync::mpsc;

const PHOTO: &[u8] = include_bytes!("../../../tests/photos/portrait.jpg");

fn verify2() -> *mut shiren_request {
    let person = shiren_sandbox::personas().iter().find(|person| person.id == "passes").unwrap();
    let (name, number) =
        (CString::new(person.name.as_str()).unwrap(), CString::new(person.id_number.as_str()).unwrap());
    // SAFETY: the handle lives, and the texts end with a NUL.
    unsafe {
        let request = shiren_request_new(c"juhe.verifyface.verify2".as_ptr());
        shiren_request_text(request, c"/realname".as_ptr(), name.as_ptr(), usize::MAX);
        shiren_request_text(request, c"/idcard".as_ptr(), number.as_ptr(), usize::MAX);
        shiren_request_bytes(request, c"/image".as_ptr(), PHOTO.as_ptr(), PHOTO.len());
        request
    }
}

fn handle(client: Client) -> *mut shiren_client {
    Box::into_raw(Box::new(shiren_client::new(client)))
}

/// A client inside of which every call panics.
fn panicking() -> *mut shiren_client {
    let config = Config::sandbox("http://127.0.0.1:1");
    handle(Client::builder(config).clock(|| panic!("the clock of a test")).build().unwrap())
}

fn empty() -> shiren_completion {
    shiren_completion {
        struct_size: size_of::<shiren_completion>(),
        id: 0,
        user_data: null_mut(),
        response: null_mut(),
        error: null_mut(),
    }
}

#[test]
fn a_call_comes_back_by_return_by_queue_and_by_callback() {
    unsafe extern "C" fn tell(user_data: *mut c_void, id: u64, reply: *mut shiren_response, error: *mut shiren_error) {
        assert!(error.is_null());
        // SAFETY: the test gave a sender that lives until the client is freed.
        let sender = unsafe { &*user_data.cast::<mpsc::Sender<(u64, usize)>>() };
        sender.send((id, reply.expose_provenance())).unwrap();
    }
    let sandbox = Sandbox::start_blocking().unwrap();
    let client = handle(Client::new(Config::sandbox(sandbox.url())).unwrap());
    let request = verify2();
    let (sender, received) = mpsc::channel::<(u64, usize)>();
    let (mut reply, mut error, mut id) = (null_mut(), null_mut(), 0);
    // SAFETY: all handles live until they are freed, once, at the end.
    unsafe {
        assert_eq!(shiren_run(client, request, null(), &mut reply, &mut error), SHIREN_OK);
        assert_eq!(shiren_response_decision(reply), SHIREN_PASSED);
        shiren_response_free(reply);

        let queue = shiren_queue_new();
        let mark = null_mut::<c_void>().wrapping_byte_add(7);
        assert_eq!(shiren_start(client, request, null(), queue, mark, &mut id, &mut error), SHIREN_OK);
        let mut end = empty();
        assert_eq!(shiren_queue_next(queue, 10_000, &mut end), SHIREN_OK);
        assert_eq!((end.id, end.user_data, end.error), (id, mark, null_mut()));
        assert_eq!(shiren_response_decision(end.response), SHIREN_PASSED);
        shiren_response_free(end.response);
        assert_eq!(shiren_queue_next(queue, 0, &mut end), SHIREN_TIMEOUT);
        shiren_queue_free(queue);

        let user_data = (&raw const sender).cast_mut().cast();
        let started = shiren_start_callback(client, request, null(), Some(tell), user_data, &mut id, &mut error);
        assert_eq!(started, SHIREN_OK);
        let (told, reply) = received.recv_timeout(Duration::from_secs(10)).unwrap();
        let reply = std::ptr::with_exposed_provenance_mut(reply);
        assert_eq!((told, shiren_response_decision(reply)), (id, SHIREN_PASSED));
        shiren_response_free(reply);
        shiren_client_free(client);
        shiren_request_free(request);
    }
    assert_eq!(sandbox.ledger().len(), 3);
}

#[test]
fn a_panic_in_an_operation_crosses_as_an_error() {
    let (client, request) = (panicking(), verify2());
    let (mut reply, mut error) = (null_mut(), null_mut());
    // SAFETY: all handles live until they are freed, once, at the end.
    unsafe {
        assert_eq!(shiren_run(client, request, null(), &mut reply, &mut error), SHIREN_INTERNAL);
        assert!(reply.is_null(), "written on success only");
        assert_eq!(shiren_error_kind(error), SHIREN_INTERNAL);
        shiren_error_free(error);
        let queue = shiren_queue_new();
        assert_eq!(shiren_start(client, request, null(), queue, null_mut(), null_mut(), null_mut()), SHIREN_OK);
        let mut end = empty();
        assert_eq!(shiren_queue_next(queue, 10_000, &mut end), SHIREN_OK);
        assert_eq!(shiren_error_kind(end.error), SHIREN_INTERNAL);
        shiren_error_free(end.error);
        // It has not stopped working for that.
        assert_eq!(shiren_client_close(client, 1000, null_mut()), SHIREN_OK);
        shiren_queue_free(queue);
        shiren_client_free(client);
        shiren_request_free(request);
    }
}

#[test]
fn a_client_is_not_closed_or_freed_inside_its_own_callback() {
    struct Seen {
        client: *mut shiren_client,
        told: mpsc::Sender<[i32; 2]>,
    }
    unsafe extern "C" fn inside(user_data: *mut c_void, _: u64, reply: *mut shiren_response, _: *mut shiren_error) {
        // SAFETY: the test gave a `Seen` that lives until the client is freed; the reply is ours.
        unsafe {
            shiren_response_free(reply);
            let seen = &*user_data.cast::<Seen>();
            let refused = shiren_client_close(seen.client, 1000, null_mut());
            shiren_client_free(seen.client);
            let request = verify2();
            let mut reply = null_mut();
            let allowed = shiren_run(seen.client, request, null(), &mut reply, null_mut());
            shiren_response_free(reply);
            shiren_request_free(request);
            seen.told.send([refused, allowed]).unwrap();
        }
    }
    let sandbox = Sandbox::start_blocking().unwrap();
    let client = handle(Client::new(Config::sandbox(sandbox.url())).unwrap());
    let request = verify2();
    let (told, heard) = mpsc::channel();
    let seen = Seen { client, told };
    // SAFETY: all handles live until they are freed, once, at the end.
    unsafe {
        let user_data = (&raw const seen).cast_mut().cast();
        shiren_start_callback(client, request, null(), Some(inside), user_data, null_mut(), null_mut());
        assert_eq!(heard.recv_timeout(Duration::from_secs(10)), Ok([SHIREN_CONFIGURATION, SHIREN_OK]));
        shiren_client_free(client);
        shiren_request_free(request);
    }
}

#[test]
fn close_waits_for_a_callback_that_takes_its_time() {
    unsafe extern "C" fn slow(user_data: *mut c_void, _: u64, reply: *mut shiren_response, error: *mut shiren_error) {
        std::thread::sleep(Duration::from_millis(1_500));
        // SAFETY: they are ours; the test gave a flag that lives until the client is freed.
        unsafe {
            shiren_response_free(reply);
            shiren_error_free(error);
            (*user_data.cast::<std::sync::atomic::AtomicBool>()).store(true, std::sync::atomic::Ordering::SeqCst);
        }
    }
    let client = handle(Client::new(Config::sandbox("http://127.0.0.1:1")).unwrap());
    let request = verify2();
    let returned = std::sync::atomic::AtomicBool::new(false);
    // SAFETY: all handles live until they are freed, once, at the end.
    unsafe {
        let user_data = (&raw const returned).cast_mut().cast();
        shiren_start_callback(client, request, null(), Some(slow), user_data, null_mut(), null_mut());
        assert_eq!(shiren_client_close(client, 20, null_mut()), SHIREN_TIMEOUT);
        assert!(!returned.load(std::sync::atomic::Ordering::SeqCst));
        assert_eq!(shiren_client_close(client, 10_000, null_mut()), SHIREN_OK);
        assert!(returned.load(std::sync::atomic::Ordering::SeqCst));
        let late = shiren_start_callback(client, request, null(), Some(slow), user_data, null_mut(), null_mut());
        assert_eq!(late, SHIREN_CLOSED);
        shiren_client_free(client);
        shiren_request_free(request);
    }
}

#[test]
fn null_and_wrong_ids_are_told() {
    let request = verify2();
    let mut error = null_mut();
    let mut reply = null_mut();
    let field = |error: *mut shiren_error| {
        // SAFETY: the error was made just now; its field is there.
        unsafe {
            let field = std::ffi::CStr::from_ptr(shiren_error_field(error)).to_str().unwrap().to_owned();
            shiren_error_free(error);
            field
        }
    };
    // SAFETY: NULL is allowed everywhere, and the other handles live.
    unsafe {
        assert_eq!(shiren_run(null(), null(), null(), &mut reply, &mut error), SHIREN_INVALID_ARGUMENT);
        assert_eq!(field(error), "request");
        assert_eq!(shiren_run(null(), request, null(), null_mut(), &mut error), SHIREN_INVALID_ARGUMENT);
        assert_eq!(field(error), "out");
        assert_eq!(shiren_run(null(), request, null(), &mut reply, null_mut()), SHIREN_CONFIGURATION);
        let options = shiren_call_options { raw: 2, ..DEFAULTS };
        assert_eq!(shiren_run(null(), request, &options, &mut reply, &mut error), SHIREN_INVALID_ARGUMENT);
        assert_eq!(field(error), "options.raw");
        let client = panicking();
        for start in [
            shiren_start(null(), request, null(), null(), null_mut(), null_mut(), null_mut()),
            shiren_start(client, request, null(), null(), null_mut(), null_mut(), null_mut()),
            shiren_start_callback(null(), request, null(), None, null_mut(), null_mut(), null_mut()),
            shiren_start_callback(client, request, null(), None, null_mut(), null_mut(), null_mut()),
        ] {
            assert_eq!(start, SHIREN_INVALID_ARGUMENT);
        }
        for id in [c"no.such", c"", c"juhe.verifyface.verify2 "] {
            let unknown = shiren_request_new(id.as_ptr());
            assert_eq!(shiren_run(client, unknown, null(), &mut reply, null_mut()), SHIREN_UNKNOWN_OPERATION);
            shiren_request_free(unknown);
        }
        assert!(!shiren_cancel(client, 12345) && !shiren_cancel(null(), 1));
        shiren_client_free(client);
        shiren_client_free(null_mut());
        shiren_request_free(request);
    }
}
