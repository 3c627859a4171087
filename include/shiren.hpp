/// Shiren (实人) for C++17: real-name, face and liveness verification by Juhe, Jumdata and Baidu.
///
///     shiren::Client client(config_json);
///
///     shiren::juhe::verifyface::Verify2 request;
///     request.realname = name;
///     request.idcard = number;
///     request.image = shiren::Bytes(photo, photo_length);
///
///     if (auto reply = client.run(request)) {                          // Result<Verify2Reply>
///         if (reply->verdict.decision == shiren::Decision::passed) { ... }
///     } else {
///         std::cerr << reply.error().message << '\n';                  // no personal data in it
///     }
///
/// Each way to call has two forms: `run` gives a Result, `call` throws Exception. `start` gives a std::future, or hands
/// the Result to a function on a thread of the library. Requests and replies of all operations are in shiren_ops.hpp,
/// which this includes; an operation that has no struct yet in your header is called through Request and Response.
///
/// This header is source only: what crosses into the library is shiren.h, and its conventions hold.
#ifndef SHIREN_HPP
#define SHIREN_HPP

#include "shiren.h"
#include "shiren_ops.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace shiren {

static_assert(static_cast<std::int32_t>(ErrorKind::invalid_argument) == SHIREN_INVALID_ARGUMENT &&
                  static_cast<std::int32_t>(ErrorKind::internal) == SHIREN_INTERNAL,
              "shiren.h and shiren_ops.hpp belong to different versions");

// ---- Errors ---------------------------------------------------------------------------------------------------------

/// What went wrong. It holds no name, ID number, mobile, photo, key or token.
struct Error {
    ErrorKind kind = ErrorKind::unknown;
    /// One sentence for a person.
    std::string message;
    /// The field at fault, as a JSON pointer into the request or as the vendor's parameter name; or empty.
    std::string field;
    /// Whose answer it was; `unknown` if nobody's.
    Vendor vendor = Vendor::unknown;
    /// The vendor's own code and text; or empty.
    std::string vendor_code;
    std::string vendor_text;
    /// The HTTP status, where there was an answer; else 0.
    std::uint32_t http_status = 0;
    /// Whether the call was paid for.
    Billed billed = Billed::no;
    /// Whether the same call may be repeated: true only when it was certainly not paid for.
    bool retryable = false;
    /// How long to wait before that, where the vendor said so.
    std::optional<std::chrono::milliseconds> retry_after;
    /// What to do about it; or empty.
    std::string hint;
    /// The whole error as a JSON object, the vendor's request numbers (`references`) included.
    Json json;
};

/// An error that is thrown. `what()` is its message.
class Exception : public std::runtime_error {
public:
    explicit Exception(Error error)
        : std::runtime_error(error.message), error_(std::make_shared<const Error>(std::move(error)))
    {
    }
    const Error &error() const noexcept { return *error_; }

private:
    // Shared, because copying an exception must not throw.
    std::shared_ptr<const Error> error_;
};

/// A value, or why there is none.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    /// Whether there is a value.
    explicit operator bool() const noexcept { return state_.index() == 0; }

    /// The value; throws Exception when there is none.
    const T &value() const &
    {
        check();
        return std::get<0>(state_);
    }
    T &&value() &&
    {
        check();
        return std::get<0>(std::move(state_));
    }
    const T &operator*() const & { return value(); }
    T &&operator*() && { return std::move(*this).value(); }
    const T *operator->() const { return &value(); }

    /// What went wrong; throws std::logic_error when nothing did.
    const Error &error() const
    {
        if (*this) {
            throw std::logic_error("shiren::Result: there is a value, and no error");
        }
        return std::get<1>(state_);
    }

private:
    void check() const
    {
        if (!*this) {
            throw Exception(std::get<1>(state_));
        }
    }

    std::variant<T, Error> state_;
};

namespace detail {

template <auto Free>
struct Freeing {
    template <class T>
    void operator()(T *handle) const noexcept
    {
        Free(handle);
    }
};

inline std::string text(const char *text) { return text == nullptr ? std::string() : std::string(text); }

inline Vendor vendor(const char *name)
{
    const std::string_view word = name == nullptr ? std::string_view() : std::string_view(name);
    for (const Vendor known : {Vendor::juhe, Vendor::jumdata, Vendor::baidu}) {
        if (word == ::shiren::name(known)) {
            return known;
        }
    }
    return Vendor::unknown;
}

inline Billed billed(std::int32_t number)
{
    return number == SHIREN_BILLED_NO ? Billed::no : number == SHIREN_BILLED_YES ? Billed::yes : Billed::unknown;
}

inline ErrorKind kind(std::int32_t number)
{
    const bool known = number >= SHIREN_INVALID_ARGUMENT && number <= SHIREN_INTERNAL;
    return known ? static_cast<ErrorKind>(number) : ErrorKind::unknown;
}

/// Reads an error and frees it.
inline Error take_error(shiren_error *handle)
{
    const std::unique_ptr<shiren_error, Freeing<shiren_error_free>> owned(handle);
    Error error;
    error.kind = kind(shiren_error_kind(handle));
    error.message = text(shiren_error_message(handle));
    error.field = text(shiren_error_field(handle));
    error.vendor = vendor(shiren_error_vendor(handle));
    error.vendor_code = text(shiren_error_vendor_code(handle));
    error.vendor_text = text(shiren_error_vendor_text(handle));
    error.http_status = shiren_error_http_status(handle);
    error.billed = billed(shiren_error_billed(handle));
    error.retryable = shiren_error_retryable(handle);
    if (const std::uint32_t ms = shiren_error_retry_after_ms(handle)) {
        error.retry_after = std::chrono::milliseconds(ms);
    }
    error.hint = text(shiren_error_hint(handle));
    error.json.text = text(shiren_error_json(handle));
    return error;
}

/// Milliseconds as the library takes them.
inline std::uint32_t milliseconds(std::chrono::milliseconds time)
{
    const auto most = static_cast<std::chrono::milliseconds::rep>(SHIREN_FOREVER);
    return time.count() < 0 ? 0 : time.count() >= most ? SHIREN_FOREVER : static_cast<std::uint32_t>(time.count());
}

} // namespace detail

/// As a time to wait: without a limit.
inline constexpr std::chrono::milliseconds forever = std::chrono::milliseconds::max();

// ---- Requests and replies without a struct --------------------------------------------------------------------------

/// A reply as JSON, looked into by JSON pointer. Views and pointers live as long as it does.
class Response {
public:
    /// Takes over a handle of shiren.h.
    explicit Response(shiren_response *handle) noexcept : handle_(handle) {}

    /// The whole reply as JSON. It may hold a person's data.
    std::string_view json() const
    {
        std::size_t length = 0;
        const char *json = shiren_response_json(get(), &length);
        return json == nullptr ? std::string_view() : std::string_view(json, length);
    }
    /// The decision of its verdict; nothing if it has none.
    std::optional<Decision> decision() const
    {
        switch (shiren_response_decision(get())) {
        case SHIREN_NO_DECISION:
            return std::nullopt;
        case SHIREN_PASSED:
            return Decision::passed;
        case SHIREN_REJECTED:
            return Decision::rejected;
        case SHIREN_PENDING:
            return Decision::pending;
        case SHIREN_EXPIRED:
            return Decision::expired;
        default:
            return Decision::inconclusive;
        }
    }
    /// The text at a JSON pointer, as "/verdict/reasons/0/message".
    std::optional<std::string_view> text(const std::string &pointer) const
    {
        std::size_t length = 0;
        const char *text = shiren_response_text(get(), pointer.c_str(), &length);
        return text == nullptr ? std::nullopt : std::optional<std::string_view>(std::in_place, text, length);
    }
    /// The whole number at a JSON pointer.
    std::optional<std::int64_t> integer(const std::string &pointer) const
    {
        std::int64_t value = 0;
        return shiren_response_int(get(), pointer.c_str(), &value) ? std::optional<std::int64_t>(value) : std::nullopt;
    }
    /// The number at a JSON pointer.
    std::optional<double> number(const std::string &pointer) const
    {
        double value = 0;
        return shiren_response_double(get(), pointer.c_str(), &value) ? std::optional<double>(value) : std::nullopt;
    }
    /// The true or false at a JSON pointer.
    std::optional<bool> boolean(const std::string &pointer) const
    {
        bool value = false;
        return shiren_response_bool(get(), pointer.c_str(), &value) ? std::optional<bool>(value) : std::nullopt;
    }
    /// The JSON text of whatever is at a JSON pointer.
    std::optional<std::string_view> value(const std::string &pointer) const
    {
        std::size_t length = 0;
        const char *text = shiren_response_value(get(), pointer.c_str(), &length);
        return text == nullptr ? std::nullopt : std::optional<std::string_view>(std::in_place, text, length);
    }
    /// How many items the list, or members the object, at a JSON pointer has.
    std::size_t size(const std::string &pointer) const { return shiren_response_size(get(), pointer.c_str()); }
    /// The bytes at a JSON pointer.
    std::optional<Bytes> bytes(const std::string &pointer) const
    {
        std::size_t length = 0;
        const std::uint8_t *data = shiren_response_data(get(), pointer.c_str(), &length);
        return data == nullptr ? std::nullopt : std::optional<Bytes>(std::in_place, data, length);
    }
    /// The handle, still this one's.
    const shiren_response *get() const noexcept { return handle_.get(); }

private:
    std::unique_ptr<shiren_response, detail::Freeing<shiren_response_free>> handle_;
};

/// A request whose fields are set by JSON pointer. What a setter refuses is told when it is run.
class Request {
public:
    /// What it answers.
    using Reply = Response;

    explicit Request(const std::string &operation) : handle_(shiren_request_new(operation.c_str())) {}

    Request &text(const std::string &pointer, std::string_view value)
    {
        (void)shiren_request_text(handle_.get(), pointer.c_str(), value.data(), value.size());
        return *this;
    }
    Request &integer(const std::string &pointer, std::int64_t value)
    {
        (void)shiren_request_int(handle_.get(), pointer.c_str(), value);
        return *this;
    }
    Request &number(const std::string &pointer, double value)
    {
        (void)shiren_request_double(handle_.get(), pointer.c_str(), value);
        return *this;
    }
    Request &boolean(const std::string &pointer, bool value)
    {
        (void)shiren_request_bool(handle_.get(), pointer.c_str(), value);
        return *this;
    }
    /// A file as it is, not Base64.
    Request &bytes(const std::string &pointer, const Bytes &value)
    {
        (void)shiren_request_bytes(handle_.get(), pointer.c_str(), value.data(), value.size());
        return *this;
    }
    /// Any JSON value; with the pointer "" the whole request.
    Request &json(const std::string &pointer, std::string_view value)
    {
        (void)shiren_request_json(handle_.get(), pointer.c_str(), value.data(), value.size());
        return *this;
    }
    /// The handle, still this one's.
    const shiren_request *get() const noexcept { return handle_.get(); }

private:
    RequestHandle handle_;
};

namespace detail {

/// The handle of a request that is one already.
inline const shiren_request *lend(const Request &request) { return request.get(); }
inline const shiren_request *lend(const RequestHandle &request) { return request.get(); }
inline const Request &open(const Request &request) { return request; }
/// Of a request struct, a handle made for the call.
template <class Operation>
RequestHandle open(const Operation &operation)
{
    return operation.into();
}

/// A response as what the request answers.
template <class Operation>
typename Operation::Reply close(Response response)
{
    if constexpr (std::is_same_v<typename Operation::Reply, Response>) {
        return response;
    } else {
        return Operation::read(response.get());
    }
}

template <class Operation>
Result<typename Operation::Reply> finish(shiren_response *response, shiren_error *error)
{
    if (error != nullptr) {
        return take_error(error);
    }
    return close<Operation>(Response(response));
}

} // namespace detail

/// What may be said about one call.
struct CallOptions {
    /// Time for the whole call, waiting and repetitions included; zero: the configuration's.
    std::chrono::milliseconds timeout{0};
    /// Keep the vendor's text as it came, in `raw` of the reply. It may hold a person's data.
    bool raw = false;
};

namespace detail {

inline shiren_call_options options(const CallOptions &given)
{
    shiren_call_options options{};
    options.struct_size = sizeof options;
    options.timeout_ms = milliseconds(given.timeout);
    options.raw = given.raw ? 1 : 0;
    return options;
}

template <class Operation>
Result<typename Operation::Reply> run(const shiren_client *client, const Operation &operation, const CallOptions &given)
{
    const auto &request = open(operation);
    const shiren_call_options options = detail::options(given);
    shiren_response *response = nullptr;
    shiren_error *error = nullptr;
    (void)shiren_run(client, lend(request), &options, &response, &error);
    return finish<Operation>(response, error);
}

} // namespace detail

/// Runs an operation that calls no vendor.
template <class Operation>
Result<typename Operation::Reply> run(const Operation &operation)
{
    return detail::run(nullptr, operation, CallOptions());
}

/// The same; throws Exception.
template <class Operation>
typename Operation::Reply call(const Operation &operation)
{
    return run(operation).value();
}

// ---- The client -----------------------------------------------------------------------------------------------------

/// How a call ended. It holds nothing about a person.
struct Outcome {
    std::string_view operation;
    /// Whose service it called; `unknown` if it did not come that far.
    Vendor vendor = Vendor::unknown;
    std::chrono::microseconds duration{0};
    /// Nothing when it succeeded.
    std::optional<ErrorKind> error;
    Billed billed = Billed::unknown;
    /// How many requests went out, or tried to.
    std::uint32_t attempts = 0;
    /// Whether the caller gave it up.
    bool cancelled = false;
};

/// What a client has counted.
struct Counters {
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;
    std::uint64_t cancelled = 0;
    std::uint64_t billed = 0;
    /// Calls of which nobody knows whether they were paid for.
    std::uint64_t unknown = 0;
};

/// A started call.
template <class Reply>
struct Started {
    /// Its number, for Client::cancel.
    std::uint64_t id = 0;
    /// Gets the reply, or throws Exception.
    std::future<Reply> future;
};

/// Calls operations, from any number of threads at once. Destroying it closes it: calls in flight are cancelled, and
/// their functions and futures are served first. Not inside a function that one of its own calls is handed to.
class Client {
public:
    /// A client by its configuration, a JSON object: `{"accounts": {"juhe": {"key": …}}}`. Throws Exception.
    explicit Client(std::string_view config) : Client(make(config).value()) {}

    /// The same without throwing.
    static Result<Client> make(std::string_view config)
    {
        shiren_client *client = nullptr;
        shiren_error *error = nullptr;
        if (shiren_client_new(config.data(), config.size(), &client, &error) != SHIREN_OK) {
            return detail::take_error(error);
        }
        return Client(client);
    }

    /// A client of the sandbox at this address, with the sandbox's own accounts.
    static Result<Client> sandbox(const std::string &url)
    {
        shiren_client *client = nullptr;
        shiren_error *error = nullptr;
        if (shiren_client_new_sandbox(url.c_str(), &client, &error) != SHIREN_OK) {
            return detail::take_error(error);
        }
        return Client(client);
    }

    Client(Client &&) noexcept = default;
    Client &operator=(Client &&other) noexcept
    {
        // The observers go after the client that calls them.
        handle_ = std::move(other.handle_);
        observers_ = std::move(other.observers_);
        return *this;
    }
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;
    ~Client() = default;

    /// Runs an operation and waits for its reply.
    template <class Operation>
    Result<typename Operation::Reply> run(const Operation &operation, const CallOptions &options = {}) const
    {
        return detail::run(handle_.get(), operation, options);
    }

    /// The same; throws Exception.
    template <class Operation>
    typename Operation::Reply call(const Operation &operation, const CallOptions &options = {}) const
    {
        return run(operation, options).value();
    }

    /// Starts an operation. `done` gets its number and its Result, exactly once, on a thread of the library; it may call
    /// this client, but neither close nor destroy it. What it throws ends the program. When this fails it is not called.
    template <class Operation, class Done>
    Result<std::uint64_t> start(const Operation &operation, Done done, const CallOptions &given = {}) const
    {
        static_assert(std::is_invocable_v<Done &, std::uint64_t, Result<typename Operation::Reply>>,
                      "done is called with (std::uint64_t id, shiren::Result<Reply> result)");
        const auto &request = detail::open(operation);
        const shiren_call_options options = detail::options(given);
        auto kept = std::make_unique<Done>(std::move(done));
        std::uint64_t id = 0;
        shiren_error *error = nullptr;
        const std::int32_t status = shiren_start_callback(handle_.get(), detail::lend(request), &options,
                                                          &Client::deliver<Operation, Done>, kept.get(), &id, &error);
        if (status != SHIREN_OK) {
            return detail::take_error(error);
        }
        (void)kept.release(); // deliver has it now
        return id;
    }

    /// Starts an operation whose end comes to a std::future.
    template <class Operation>
    Started<typename Operation::Reply> start(const Operation &operation, const CallOptions &options = {}) const
    {
        using Reply = typename Operation::Reply;
        auto promise = std::make_shared<std::promise<Reply>>();
        Started<Reply> started{0, promise->get_future()};
        const auto done = [promise](std::uint64_t, Result<Reply> result) { settle(*promise, std::move(result)); };
        Result<std::uint64_t> id = start(operation, done, options);
        if (id) {
            started.id = *id;
        } else {
            settle(*promise, Result<Reply>(id.error()));
        }
        return started;
    }

    /// Cancels a started call. Its end comes all the same: as an error of kind `cancelled`, or as the reply if that was
    /// faster. Returns whether it was still running.
    bool cancel(std::uint64_t id) const noexcept { return shiren_cancel(handle_.get(), id); }

    /// Refuses new calls, cancels those that run, and waits until each has been served. Fails with kind `timeout` when
    /// that takes longer; it may then be called again.
    Result<std::monostate> close(std::chrono::milliseconds time = forever) const
    {
        shiren_error *error = nullptr;
        if (shiren_client_close(handle_.get(), detail::milliseconds(time), &error) != SHIREN_OK) {
            return detail::take_error(error);
        }
        return std::monostate();
    }

    /// Tells `observer` about the end of each call, on the thread where it ended. It must be quick, and may be called
    /// from several threads at once. What it throws ends the program.
    Result<std::monostate> on_outcome(std::function<void(const Outcome &)> observer)
    {
        auto kept = std::make_unique<std::function<void(const Outcome &)>>(std::move(observer));
        shiren_error *error = nullptr;
        if (shiren_client_on_outcome(handle_.get(), &Client::observe, kept.get(), &error) != SHIREN_OK) {
            return detail::take_error(error);
        }
        observers_.push_back(std::move(kept));
        return std::monostate();
    }

    /// What was counted since the client was made.
    Counters counters() const
    {
        shiren_counters counters{};
        counters.struct_size = sizeof counters;
        (void)shiren_client_counters(handle_.get(), &counters, nullptr);
        return {counters.calls, counters.errors, counters.cancelled, counters.billed, counters.unknown};
    }

    /// The counters of each operation ("/counters"), and what goes on at each account's limits ("/limits").
    Result<Response> state() const
    {
        shiren_response *state = nullptr;
        shiren_error *error = nullptr;
        if (shiren_client_state(handle_.get(), &state, &error) != SHIREN_OK) {
            return detail::take_error(error);
        }
        return Response(state);
    }

    /// The handle, still this one's: for shiren_start and a queue of your own.
    const shiren_client *get() const noexcept { return handle_.get(); }

private:
    explicit Client(shiren_client *handle) noexcept : handle_(handle) {}

    template <class Reply>
    static void settle(std::promise<Reply> &promise, Result<Reply> result)
    {
        if (result) {
            promise.set_value(std::move(result).value());
        } else {
            promise.set_exception(std::make_exception_ptr(Exception(result.error())));
        }
    }

    template <class Operation, class Done>
    static void deliver(void *user_data, std::uint64_t id, shiren_response *response, shiren_error *error) noexcept
    {
        const std::unique_ptr<Done> done(static_cast<Done *>(user_data));
        (*done)(id, detail::finish<Operation>(response, error));
    }

    static void observe(void *user_data, const shiren_outcome *told) noexcept
    {
        Outcome outcome;
        outcome.operation = told->operation;
        outcome.vendor = detail::vendor(told->vendor);
        outcome.duration = std::chrono::microseconds(told->duration_us);
        if (told->status != SHIREN_OK) {
            outcome.error = detail::kind(told->status);
        }
        outcome.billed = detail::billed(told->billed);
        outcome.attempts = told->attempts;
        outcome.cancelled = told->cancelled != 0;
        (*static_cast<std::function<void(const Outcome &)> *>(user_data))(outcome);
    }

    // Destroyed after the client that calls them.
    std::vector<std::unique_ptr<std::function<void(const Outcome &)>>> observers_;
    std::unique_ptr<shiren_client, detail::Freeing<shiren_client_free>> handle_;
};

// ---- The queue ------------------------------------------------------------------------------------------------------

/// Collects the ends of started calls, for programs with an event loop of their own.
class Queue {
public:
    /// The end of a call.
    struct Completion {
        std::uint64_t id = 0;
        /// What was given to start.
        void *user_data = nullptr;
        Result<Response> result;

        /// The result of this operation.
        template <class Operation>
        Result<typename Operation::Reply> as() &&
        {
            if (!result) {
                return result.error();
            }
            return detail::close<Operation>(std::move(result).value());
        }
    };

    Queue() : handle_(shiren_queue_new()) {}

    /// Starts an operation whose end comes here, exactly once. When this fails, nothing comes.
    template <class Operation>
    Result<std::uint64_t> start(const Client &client, const Operation &operation, void *user_data = nullptr,
                                const CallOptions &given = {}) const
    {
        const auto &request = detail::open(operation);
        const shiren_call_options options = detail::options(given);
        std::uint64_t id = 0;
        shiren_error *error = nullptr;
        if (shiren_start(client.get(), detail::lend(request), &options, handle_.get(), user_data, &id, &error) !=
            SHIREN_OK) {
            return detail::take_error(error);
        }
        return id;
    }

    /// The next completion; nothing if none came in this time, or the queue was closed and is empty.
    std::optional<Completion> next(std::chrono::milliseconds time = forever) const
    {
        shiren_completion end{};
        end.struct_size = sizeof end;
        if (shiren_queue_next(handle_.get(), detail::milliseconds(time), &end) != SHIREN_OK) {
            return std::nullopt;
        }
        if (end.error != nullptr) {
            return Completion{end.id, end.user_data, detail::take_error(end.error)};
        }
        return Completion{end.id, end.user_data, Response(end.response)};
    }

    /// A descriptor that can be read as long as a completion waits or the queue is closed; -1 if there is none. Not
    /// yours to read or close: collect with `next` and no time until there is nothing left.
    int fd() const noexcept { return shiren_queue_fd(handle_.get()); }

    /// Wakes everybody who waits.
    void close() const noexcept { shiren_queue_close(handle_.get()); }

private:
    std::unique_ptr<shiren_queue, detail::Freeing<shiren_queue_free>> handle_;
};

// ---- The log --------------------------------------------------------------------------------------------------------

/// How grave a line of the log is.
enum class Level : std::int32_t {
    off = SHIREN_LOG_OFF,
    error = SHIREN_LOG_ERROR,
    warn = SHIREN_LOG_WARN,
    info = SHIREN_LOG_INFO,
    debug = SHIREN_LOG_DEBUG,
    trace = SHIREN_LOG_TRACE,
};

/// Where lines of the log go. They hold no personal data and no secrets.
using Logger = std::function<void(Level level, std::string_view target, std::string_view message)>;

/// Sets where the library's log goes, for the whole process; an empty function: nowhere. It may be called from several
/// threads at once, must not call the library, and what it throws ends the program.
inline Result<std::monostate> set_logger(Level level, Logger logger)
{
    static std::mutex mutex;
    static std::unique_ptr<Logger> current;
    const std::lock_guard<std::mutex> lock(mutex);
    auto next = logger ? std::make_unique<Logger>(std::move(logger)) : nullptr;
    const auto line = [](void *user_data, std::int32_t told, const char *target, const char *message) noexcept {
        (*static_cast<Logger *>(user_data))(static_cast<Level>(told), target, message);
    };
    shiren_error *error = nullptr;
    if (shiren_set_logger(static_cast<std::int32_t>(level), next ? +line : nullptr, next.get(), &error) != SHIREN_OK) {
        return detail::take_error(error);
    }
    current = std::move(next);
    return std::monostate();
}

/// The version of the library that was loaded.
inline std::string_view version() { return shiren_version(); }

} // namespace shiren

#endif // SHIREN_HPP
