//! What crosses, and how: borrowed slices in, texts and handles out, and no panic.

use crate::error::{SHIREN_OK, shiren_error};
use shiren::{Error, Kind, Result};
use std::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// As the length of a text: it ends at its NUL. (In the header by cbindgen.toml.)
pub(crate) const SHIREN_NUL: usize = usize::MAX;

/// Runs the body of a function that can fail. A panic becomes an error of kind internal.
///
/// # Safety
/// `error` is NULL or a place to write a pointer to.
pub(crate) unsafe fn fallible(error: *mut *mut shiren_error, body: impl FnOnce() -> Result<()>) -> i32 {
    let result = catch_unwind(AssertUnwindSafe(body))
        .unwrap_or_else(|_| Err(Error::internal("the library panicked; nothing of it crossed")));
    match result {
        Ok(()) => SHIREN_OK,
        Err(failed) => {
            let number = failed.kind.number();
            if !error.is_null() {
                let handle = Box::into_raw(Box::new(shiren_error::new(failed)));
                // SAFETY: by this function's own contract.
                unsafe { error.write(handle) };
            }
            number
        }
    }
}

/// Runs the body of a function that has no way to fail; a panic gives `otherwise`.
pub(crate) fn quietly<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(otherwise)
}

/// An argument that must not be NULL.
///
/// # Safety
/// `pointer` is NULL or points to a living `T` that nobody changes meanwhile.
pub(crate) unsafe fn borrow<'a, T>(pointer: *const T, name: &str) -> Result<&'a T> {
    // SAFETY: by this function's own contract.
    unsafe { pointer.as_ref() }.ok_or_else(|| Error::invalid_argument(name, "this must not be NULL"))
}

/// Bytes that the caller lends; NULL with length 0 is empty.
///
/// # Safety
/// `data` is NULL or points to `length` readable bytes.
pub(crate) unsafe fn slice<'a>(data: *const u8, length: usize, name: &str) -> Result<&'a [u8]> {
    if data.is_null() {
        return if length == 0 { Ok(&[]) } else { Err(Error::invalid_argument(name, "NULL with a length")) };
    }
    if length > isize::MAX as usize {
        return Err(Error::invalid_argument(name, "this length cannot be right"));
    }
    // SAFETY: it is not NULL, the length is possible, and the rest is this function's own contract.
    Ok(unsafe { std::slice::from_raw_parts(data, length) })
}

/// A text that the caller lends, of this length or up to its NUL.
///
/// # Safety
/// `text` is NULL or points to `length` readable bytes, or with [`SHIREN_NUL`] to bytes with a NUL among them.
pub(crate) unsafe fn text<'a>(text: *const c_char, length: usize, name: &str) -> Result<&'a str> {
    let bytes = if length == SHIREN_NUL && !text.is_null() {
        // SAFETY: by this function's own contract there is a NUL.
        unsafe { CStr::from_ptr(text) }.to_bytes()
    } else {
        // SAFETY: by this function's own contract.
        unsafe { slice(text.cast(), if length == SHIREN_NUL { 0 } else { length }, name)? }
    };
    std::str::from_utf8(bytes).map_err(|_| Error::invalid_argument(name, "this is not UTF-8"))
}

/// A text that ends at its NUL and must be there.
///
/// # Safety
/// `pointer` is NULL or points to bytes with a NUL among them.
pub(crate) unsafe fn name<'a>(pointer: *const c_char, name: &str) -> Result<&'a str> {
    if pointer.is_null() {
        return Err(Error::invalid_argument(name, "this must not be NULL"));
    }
    // SAFETY: by this function's own contract.
    unsafe { text(pointer, SHIREN_NUL, name) }
}

/// A place to write a handle to.
///
/// # Safety
/// `out` is NULL or a place to write a pointer to.
pub(crate) unsafe fn deliver<T>(out: *mut *mut T, value: T) -> Result<()> {
    place(out)?;
    // SAFETY: it is not NULL, and the rest is this function's own contract.
    unsafe { out.write(Box::into_raw(Box::new(value))) };
    Ok(())
}

/// Refuses a missing place for a result before anything is done for it.
pub(crate) fn place<T>(out: *const T) -> Result<()> {
    if out.is_null() { Err(Error::invalid_argument("out", "there must be a place for the result")) } else { Ok(()) }
}

/// Frees a handle; NULL is fine.
///
/// # Safety
/// `handle` is NULL or came from [`deliver`] (or `Box::into_raw`) and is not used again.
pub(crate) unsafe fn free<T>(handle: *mut T) {
    if !handle.is_null() {
        // SAFETY: by this function's own contract.
        quietly((), || drop(unsafe { Box::from_raw(handle) }));
    }
}

/// A text that stays where it is and ends with a NUL.
pub(crate) struct Text(Box<str>);

impl Text {
    pub(crate) fn new(text: impl Into<String>) -> Text {
        let mut text = text.into();
        text.push('\0');
        Text(text.into())
    }

    /// Without the NUL.
    pub(crate) fn as_str(&self) -> &str {
        &self.0[..self.0.len() - 1]
    }

    pub(crate) fn as_ptr(&self) -> *const c_char {
        self.0.as_ptr().cast()
    }

    /// Its start, and its length where the caller wants to know.
    ///
    /// # Safety
    /// `length` is NULL or a place to write to.
    pub(crate) unsafe fn give(&self, length: *mut usize) -> *const c_char {
        if !length.is_null() {
            // SAFETY: by this function's own contract.
            unsafe { length.write(self.0.len() - 1) };
        }
        self.as_ptr()
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

/// The start of an optional text.
pub(crate) fn optional(text: &Option<Text>) -> *const c_char {
    text.as_ref().map_or(std::ptr::null(), Text::as_ptr)
}

/// Reads a struct of options that begins with its own size: an older, shorter one is taken with zeros behind it; a
/// newer, longer one is taken if what is behind is zero.
///
/// # Safety
/// `given` is NULL or points to as many bytes as its first `size_t` says. `T` is a C struct of integers and booleans
/// whose first field is that size, and for which all zeros are a value; booleans hold 0 or 1.
pub(crate) unsafe fn options<T: Copy>(given: *const T, defaults: T, name: &str) -> Result<T> {
    if given.is_null() {
        return Ok(defaults);
    }
    // SAFETY: by this function's own contract.
    let size = unsafe { room(given, size_of::<usize>(), name) }?;
    let known = size.min(size_of::<T>());
    // SAFETY: by this function's own contract there are so many bytes.
    let rest = unsafe { std::slice::from_raw_parts(given.cast::<u8>().add(known), size - known) };
    if rest.iter().any(|byte| *byte != 0) {
        let mut error = Error::new(Kind::Configuration, "this option is not known to the library that was loaded")
            .with_hint("the program was built with a newer header: use the library that belongs to it");
        error.field = Some(name.to_owned());
        return Err(error);
    }
    let mut read = std::mem::MaybeUninit::<T>::zeroed();
    // SAFETY: both have at least `known` bytes, and do not overlap.
    unsafe { std::ptr::copy_nonoverlapping(given.cast::<u8>(), read.as_mut_ptr().cast(), known) };
    // SAFETY: all zeros are a value of `T`, and so is what the caller wrote over them.
    Ok(unsafe { read.assume_init() })
}

/// How many bytes the caller has for a struct that begins with its own size: at least `least`.
///
/// # Safety
/// `out` is NULL or points to as many bytes as its first `size_t` says.
pub(crate) unsafe fn room<T>(out: *const T, least: usize, name: &str) -> Result<usize> {
    place(out)?;
    // SAFETY: by this function's own contract there is a size.
    let size = unsafe { out.cast::<usize>().read() };
    if (least..=4096).contains(&size) {
        return Ok(size);
    }
    let field = format!("{name}.struct_size");
    Err(Error::invalid_argument(field, "this must be the size of the struct")
        .with_hint("set struct_size = sizeof of the struct"))
}

/// Writes a struct that begins with its own size, as much of it as the caller has room for. The caller's size stays.
///
/// # Safety
/// `out` is NULL or points to as many writable bytes as its first `size_t` says; `T` as in [`options`].
pub(crate) unsafe fn fill<T: Copy>(out: *mut T, value: T, name: &str) -> Result<()> {
    let head = size_of::<usize>();
    // SAFETY: by this function's own contract.
    let known = unsafe { room(out, head, name) }?.min(size_of::<T>());
    // SAFETY: both have at least `known` bytes, and do not overlap.
    unsafe {
        let from = (&raw const value).cast::<u8>();
        std::ptr::copy_nonoverlapping(from.add(head), out.cast::<u8>().add(head), known - head);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    #[repr(C)]
    struct Now {
        struct_size: usize,
        first: u32,
        second: u32,
    }

    #[repr(C)]
    struct Later {
        now: Now,
        third: u64,
    }

    const NOW: usize = size_of::<Now>();

    #[test]
    fn an_older_and_a_newer_caller_are_understood() {
        let defaults = Now { struct_size: NOW, first: 9, second: 9 };
        let read = |given: *const Now| {
            // SAFETY: each caller below gives as many bytes as it says.
            unsafe { options(given, defaults, "options") }
        };
        assert_eq!(read(std::ptr::null()).unwrap(), defaults);
        let older = Now { struct_size: 12, first: 7, second: 8 };
        assert_eq!(read(&older).unwrap(), Now { struct_size: 12, first: 7, second: 0 });
        let mut newer = Later { now: Now { struct_size: size_of::<Later>(), first: 1, second: 2 }, third: 0 };
        assert_eq!(read((&raw const newer).cast()).unwrap().second, 2);
        newer.third = 1;
        let refused = read((&raw const newer).cast()).unwrap_err();
        assert_eq!((refused.kind, refused.field.as_deref()), (Kind::Configuration, Some("options")));
        for struct_size in [0, 7, 5000] {
            let wrong = read(&Now { struct_size, first: 0, second: 0 }).unwrap_err();
            assert_eq!(wrong.field.as_deref(), Some("options.struct_size"));
        }
    }

    #[test]
    fn no_more_is_written_than_there_is_room_for() {
        let value = Now { struct_size: NOW, first: 1, second: 2 };
        let mut out = Now { struct_size: 12, first: 0, second: 77 };
        // SAFETY: there is more room than it says.
        unsafe { fill(&mut out, value, "out") }.unwrap();
        assert_eq!(out, Now { struct_size: 12, first: 1, second: 77 });
        let mut out = Later { now: Now { struct_size: size_of::<Later>(), first: 0, second: 0 }, third: 77 };
        // SAFETY: there is as much room as it says.
        unsafe { fill((&raw mut out).cast(), value, "out") }.unwrap();
        assert_eq!((out.now.second, out.now.struct_size, out.third), (2, size_of::<Later>(), 77));
    }

    #[test]
    fn null_with_length_zero_is_a_slice() {
        // SAFETY: NULL is allowed, and so are the literals.
        unsafe {
            assert_eq!(slice(std::ptr::null(), 0, "x").unwrap(), b"");
            assert!(slice(std::ptr::null(), 1, "x").is_err());
            assert_eq!(text(std::ptr::null(), 0, "x").unwrap(), "");
            assert_eq!(text(std::ptr::null(), SHIREN_NUL, "x").unwrap(), "");
            assert_eq!(text(c"abc".as_ptr(), 2, "x").unwrap(), "ab");
            assert_eq!(text(c"abc".as_ptr(), SHIREN_NUL, "x").unwrap(), "abc");
            let bad = text(c"\xff".as_ptr(), SHIREN_NUL, "/realname").unwrap_err();
            assert_eq!(bad.field.as_deref(), Some("/realname"));
        }
    }

    #[test]
    fn a_panic_becomes_an_error() {
        let mut error = std::ptr::null_mut();
        // SAFETY: there is a place for the error.
        let status = unsafe { fallible(&mut error, || panic!("of a test")) };
        assert_eq!(status, Kind::Internal.number());
        // SAFETY: it was made just now.
        unsafe { free(error) };
        assert_eq!(quietly(7, || panic!("of a test")), 7);
    }
}
