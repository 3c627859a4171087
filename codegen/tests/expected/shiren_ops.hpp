---- Words --------------------------------------------------------------------------------------------------------

/// Whether money was spent. The order is that of certainty of loss: `no` < `unknown` < `yes`.
enum class Billed {
    /// It cannot be known from here; look at the vendor's bill.
    unknown,
    /// Certainly not.
    no,
    /// Certainly.
    yes,
};

/// The word on the wire.
constexpr std::string_view name(Billed value) noexcept
{
    switch (value) {
    case Billed::no:
        return "no";
    case Billed::unknown:
        return "unknown";
    case Billed::yes:
        return "yes";
    }
    return {};
}

/// What went wrong.
enum class ErrorKind {
    /// None that this header knows; in a request: not given.
    unknown = 0,
    /// A value is missing, malformed or not allowed; `field` names it. Nothing was sent, or the vendor
    /// refused it.
    invalid_argument = 1,
    /// The client or the account is set up wrongly: a missing account, a bad address, a service that is not
    /// switched on.
    configuration = 2,
    /// No operation has this id.
    unknown_operation = 3,
    /// The vendor refused the key, the token, the signature or the caller's address.
    authentication = 4,
    /// The account's number of calls is used up.
    quota = 5,
    /// Too many calls in a short time; waiting helps.
    rate_limited = 6,
    /// The vendor answered with an error of its own.
    vendor = 7,
    /// No connection, or it broke.
    network = 8,
    /// The TLS handshake failed: the server could not prove who it is.
    tls = 9,
    /// No answer within the time allowed.
    timeout = 10,
    /// The caller gave the call up.
    cancelled = 11,
    /// The client was closed.
    closed = 12,
    /// The answer could not be read, or contradicts itself.
    decode = 13,
    /// A signature, an order or a token does not match: do not trust this message.
    signature = 14,
    /// A fault of this library; please report it.
    internal = 15,
};

/// The word on the wire; nothing for `unknown`.
constexpr std::string_view name(ErrorKind value) noexcept
{
    switch (value) {
    case ErrorKind::invalid_argument:
        return "invalid_argument";
    case ErrorKind::configuration:
        return "configuration";
    case ErrorKind::unknown_operation:
        return "unknown_operation";
    case ErrorKind::authentication:
        return "authentication";
    case ErrorKind::quota:
        return "quota";
    case ErrorKind::rate_limited:
        return "rate_limited";
    case ErrorKind::vendor:
        return "vendor";
    case ErrorKind::network:
        return "network";
    case ErrorKind::tls:
        return "tls";
    case ErrorKind::timeout:
        return "timeout";
    case ErrorKind::cancelled:
        return "cancelled";
    case ErrorKind::closed:
        return "closed";
    case ErrorKind::decode:
        return "decode";
    case ErrorKind::signature:
        return "signature";
    case ErrorKind::internal:
        return "internal";
    case ErrorKind::unknown:
        break;
    }
    return {};
}

/// Which `Figure` it is.
enum class FigureKind {
    /// None that this header knows; in a request: not given.
    unknown,
    /// Round.
    round,
    /// Square.
    square,
};

/// The word on the wire; nothing for `unknown`.
constexpr std::string_view name(FigureKind value) noexcept
{
    switch (value) {
    case FigureKind::round:
        return "round";
    case FigureKind::square:
        return "square";
    case FigureKind::unknown:
        break;
    }
    return {};
}

/// How dark.
enum class Shade {
    /// None that this header knows; in a request: not given.
    unknown,
    /// Like snow.
    light,
    /// Like coal.
    dark,
};

/// The word on the wire; nothing for `unknown`.
constexpr std::string_view name(Shade value) noexcept
{
    switch (value) {
    case Shade::light:
        return "LIGHT";
    case Shade::dark:
        return "DARK";
    case Shade::unknown:
        break;
    }
    return {};
}

/// Whose service it is.
enum class Vendor {
    /// None that this header knows; in a request: not given.
    unknown,
    /// 聚合数据, juhe.cn
    juhe,
    /// 聚美智数, jumdata.com, sold through cloud marketplaces
    jumdata,
    /// 百度智能云, H5 人脸实名认证方案
    baidu,
};

/// The word on the wire; nothing for `unknown`.
constexpr std::string_view name(Vendor value) noexcept
{
    switch (value) {
    case Vendor::juhe:
        return "juhe";
    case Vendor::jumdata:
        return "jumdata";
    case Vendor::baidu:
        return "baidu";
    case Vendor::unknown:
        break;
    }
    return {};
}

// ---- Shapes that several operations have --------------------------------------------------------------------------

/// A thing.
struct Thing {
    /// Its name.
    std::string name;
    /// Its weight.
    std::optional<std::int64_t> grams;
};

/// A figure.
struct Figure {
    /// Which one it is; the other fields say for which they are. Required.
    ::shiren::FigureKind kind{};
    /// `round`: Half of its width.
    std::optional<std::int64_t> radius;
    /// All: Its colour.
    std::optional<::shiren::Shade> shade;
    /// `square`: Its width.
    std::optional<std::int64_t> width;
};

/// What comes back whole.
struct Ticket {
    /// Its number.
    std::int64_t number{};
    /// Its end.
    ::shiren::Time expires_at{};
    /// For whom.
    std::optional<std::string> label;
    /// Its colour.
    ::shiren::Shade shade{};

    /// As JSON, to be stored and given back later as a `Json`.
    std::string to_json() const;
};

/// The vendor's numbers for a request or a session.
struct References {
    /// Juhe's `orderid` or `jh_order_id`.
    std::optional<std::string> order;
    /// Jumdata's `taskNo`.
    std::optional<std::string> task;
    /// Baidu's `log_id`, or a gateway's request id.
    std::optional<std::string> log;
};

} // namespace shiren

// ---- demo.every.thing ---------------------------------------------------------------------------------------------

namespace shiren::demo::every {

/// All of it.
struct ThingReply {
    /// Whether.
    bool good{};
    /// How many.
    std::optional<std::int64_t> count;
    /// How much.
    double score{};
    /// A picture.
    std::optional<::shiren::Bytes> picture;
    /// Several.
    std::vector<::shiren::Thing> things;
    /// Until when.
    std::optional<::shiren::Time> until;
    /// Which.
    std::optional<::shiren::Shade> shade;
    /// Every other field.
    ::shiren::Json extra;
};

/// Takes everything.
///
/// The second paragraph, which links to `Thing` and ends a comment: */ here.
struct Thing {
    /// A person's. Personal data. Required.
    std::string name;
    /// An account's. A secret.
    std::optional<std::string> key;
    /// A word that languages keep for themselves. Required.
    std::string class_;
    /// Left out it is `POST`.
    std::optional<std::string> method;
    /// The least score.
    std::optional<double> threshold;
    /// How many.
    std::optional<std::int64_t> count;
    /// In degrees. Required.
    std::int64_t degrees{};
    /// False by default.
    bool loud{};
    /// True by default.
    std::optional<bool> careful;
    /// Neither by default.
    std::optional<bool> maybe;
    /// The file. Required.
    ::shiren::Bytes photo;
    /// When.
    std::optional<::shiren::Time> at;
    /// Which. Required.
    ::shiren::Shade shade{};
    /// Which too.
    std::vector<::shiren::Shade> shades;
    /// Empty is not the same as left out.
    std::optional<std::vector<std::string>> tags;
    /// One. Required.
    ::shiren::Thing thing;
    /// None or one.
    std::optional<::shiren::Thing> other;
    /// Several.
    std::vector<::shiren::Thing> things;
    /// Round or square.
    std::optional<::shiren::Figure> figure;
    /// What `demo.open` gave. Required.
    ::shiren::Stored<::shiren::Ticket> ticket;

    /// What it answers.
    using Reply = ::shiren::demo::every::ThingReply;
    /// Its id.
    static constexpr const char *id = "demo.every.thing";
    /// The request of shiren.h. What a setter refuses is told by whoever runs it.
    ::shiren::RequestHandle into() const;
    /// The reply, out of a response of shiren.h.
    static Reply read(const shiren_response *response);
};

} // namespace shiren::demo::every

// ---- demo.open ----------------------------------------------------------------------------------------------------

namespace shiren::demo {

/// Opens.
struct Open {

    /// What it answers.
    using Reply = ::shiren::Ticket;
    /// Its id.
    static constexpr const char *id = "demo.open";
    /// The request of shiren.h. What a setter refuses is told by whoever runs it.
    ::shiren::RequestHandle into() const;
    /// The reply, out of a response of shiren.h.
    static Reply read(const shiren_response *response);
};

} // namespace shiren::demo

// ---- Crossing: all of the above to and from shiren.h ---------------------------------------------------------------

namespace shiren {

namespace detail {

/// Days since 1970 of a date, in the calendar that RFC 3339 uses.
constexpr std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day) noexcept
{
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t of_era = year - era * 400;
    const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/// `2026-01-31T08:00:00.250Z`.
inline std::string time_text(Time time)
{
    const std::int64_t all = time.time_since_epoch().count();
    const std::int64_t day_ms = 86400000;
    const std::int64_t days = (all >= 0 ? all : all - day_ms + 1) / day_ms;
    const std::int64_t ms = all - days * day_ms;
    const std::int64_t shifted = days + 719468;
    const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const std::int64_t of_era = shifted - era * 146097;
    const std::int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t slot = (5 * of_year + 2) / 153;
    const std::int64_t month = slot < 10 ? slot + 3 : slot - 9;
    const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    std::string text;
    const auto put = [&text](std::int64_t number, std::size_t width, char end) {
        const std::string digits = std::to_string(number);
        text.append(width > digits.size() ? width - digits.size() : 0, '0').append(digits).push_back(end);
    };
    put(year, 4, '-');
    put(month, 2, '-');
    put(of_year - (153 * slot + 2) / 5 + 1, 2, 'T');
    put(ms / 3600000, 2, ':');
    put(ms / 60000 % 60, 2, ':');
    put(ms / 1000 % 60, 2, '.');
    put(ms % 1000, 3, 'Z');
    return text;
}

/// Reads what the library writes: UTC, with or without a fraction. Nothing else is a moment.
inline std::optional<Time> time_of(std::string_view text)
{
    bool good = text.size() >= 20 && text.back() == 'Z';
    const auto number = [&](std::size_t at, std::size_t width) {
        std::int64_t value = 0;
        for (std::size_t index = at; good && index < at + width; ++index) {
            good = text[index] >= '0' && text[index] <= '9';
            value = value * 10 + (text[index] - '0');
        }
        return value;
    };
    const auto mark = [&](std::size_t at, char expected) { good = good && text[at] == expected; };
    const std::int64_t year = number(0, 4);
    mark(4, '-');
    const std::int64_t month = number(5, 2);
    mark(7, '-');
    const std::int64_t day = number(8, 2);
    mark(10, 'T');
    const std::int64_t hour = number(11, 2);
    mark(13, ':');
    const std::int64_t minute = number(14, 2);
    mark(16, ':');
    const std::int64_t second = number(17, 2);
    std::int64_t ms = 0;
    if (good && text.size() > 20) {
        mark(19, '.');
        std::int64_t unit = 100;
        for (std::size_t at = 20; at + 1 < text.size(); ++at, unit /= 10) {
            ms += number(at, 1) * unit;
        }
        good = good && text.size() > 21;
    }
    if (!good || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) {
        return std::nullopt;
    }
    const std::int64_t seconds = ((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    return Time(std::chrono::milliseconds(seconds * 1000 + ms));
}

/// A place in a reply.
class Reader {
public:
    explicit Reader(const shiren_response *response, std::string pointer = {}) : response_(response), pointer_(std::move(pointer)) {}

    Reader field(const char *name) const { return Reader(response_, pointer_ + '/' + name); }
    Reader item(std::size_t index) const { return Reader(response_, pointer_ + '/' + std::to_string(index)); }

    /// Whether there is a value other than null.
    bool has() const
    {
        const std::int32_t type = shiren_response_type(response_, at());
        return type != SHIREN_TYPE_MISSING && type != SHIREN_TYPE_NULL;
    }
    std::size_t size() const { return shiren_response_size(response_, at()); }
    std::string_view text() const
    {
        std::size_t length = 0;
        const char *text = shiren_response_text(response_, at(), &length);
        return text == nullptr ? std::string_view() : std::string_view(text, length);
    }
    std::string json() const
    {
        std::size_t length = 0;
        const char *text = shiren_response_value(response_, at(), &length);
        return text == nullptr ? std::string() : std::string(text, length);
    }
    Bytes bytes() const
    {
        std::size_t length = 0;
        const std::uint8_t *data = shiren_response_data(response_, at(), &length);
        return data == nullptr ? Bytes() : Bytes(data, length);
    }
    std::int64_t integer() const
    {
        std::int64_t value = 0;
        return shiren_response_int(response_, at(), &value) ? value : 0;
    }
    double number() const
    {
        double value = 0;
        // A whole number may be kept as one.
        return shiren_response_double(response_, at(), &value) ? value : static_cast<double>(integer());
    }
    bool boolean() const
    {
        bool value = false;
        return shiren_response_bool(response_, at(), &value) && value;
    }

private:
    const char *at() const { return pointer_.c_str(); }

    const shiren_response *response_;
    std::string pointer_;
};

inline void take(const Reader &from, std::string &to) { to = std::string(from.text()); }
inline void take(const Reader &from, bool &to) { to = from.boolean(); }
inline void take(const Reader &from, std::int64_t &to) { to = from.integer(); }
inline void take(const Reader &from, double &to) { to = from.number(); }
inline void take(const Reader &from, Bytes &to) { to = from.bytes(); }
inline void take(const Reader &from, Json &to) { to.text = from.json(); }
inline void take(const Reader &from, Time &to) { to = time_of(from.text()).value_or(Time()); }

template <class T>
void take(const Reader &from, std::optional<T> &to)
{
    to.reset();
    if (from.has()) {
        take(from, to.emplace());
    }
}

template <class T>
void take(const Reader &from, std::vector<T> &to)
{
    const std::size_t size = from.size();
    to.clear();
    to.reserve(size);
    for (std::size_t index = 0; index < size; ++index) {
        T item{};
        take(from.item(index), item);
        to.push_back(std::move(item));
    }
}

/// A place in a request. A setter that fails is remembered by the request and told by whoever runs it.
class Writer {
public:
    explicit Writer(shiren_request *request, std::string pointer = {}) : request_(request), pointer_(std::move(pointer)) {}

    Writer field(const char *name) const { return Writer(request_, pointer_ + '/' + name); }
    Writer item(std::size_t index) const { return Writer(request_, pointer_ + '/' + std::to_string(index)); }

    void text(std::string_view text) const { (void)shiren_request_text(request_, at(), text.data(), text.size()); }
    void json(std::string_view json) const { (void)shiren_request_json(request_, at(), json.data(), json.size()); }
    void integer(std::int64_t value) const { (void)shiren_request_int(request_, at(), value); }
    void number(double value) const { (void)shiren_request_double(request_, at(), value); }
    void boolean(bool value) const { (void)shiren_request_bool(request_, at(), value); }
    void bytes(const Bytes &bytes) const { (void)shiren_request_bytes(request_, at(), bytes.data(), bytes.size()); }

private:
    const char *at() const { return pointer_.c_str(); }

    shiren_request *request_;
    std::string pointer_;
};

/// What is written as JSON text, to be stored.
class JsonWriter {
public:
    std::string text;

    void quoted(std::string_view value)
    {
        static const char digits[] = "0123456789abcdef";
        text.push_back('"');
        for (const char letter : value) {
            const auto byte = static_cast<unsigned char>(letter);
            if (letter == '"' || letter == '\\') {
                text.push_back('\\');
                text.push_back(letter);
            } else if (byte < 0x20) {
                text.append("\\u00").push_back(digits[byte >> 4]);
                text.push_back(digits[byte & 15]);
            } else {
                text.push_back(letter);
            }
        }
        text.push_back('"');
    }
    void field(const char *name)
    {
        if (text.back() != '{') {
            text.push_back(',');
        }
        quoted(name);
        text.push_back(':');
    }
};

inline void put(const Writer &to, const std::string &value) { to.text(value); }
inline void put(const Writer &to, const bool &value) { to.boolean(value); }
inline void put(const Writer &to, const std::int64_t &value) { to.integer(value); }
inline void put(const Writer &to, const double &value) { to.number(value); }
inline void put(const Writer &to, const Bytes &value) { to.bytes(value); }
inline void put(const Writer &to, const Json &value) { to.json(value.text); }
inline void put(const Writer &to, const Time &value) { to.text(time_text(value)); }

inline void print(JsonWriter &to, const std::string &value) { to.quoted(value); }
inline void print(JsonWriter &to, const bool &value) { to.text += value ? "true" : "false"; }
inline void print(JsonWriter &to, const std::int64_t &value) { to.text += std::to_string(value); }
inline void print(JsonWriter &to, const Json &value) { to.text += value.text; }
inline void print(JsonWriter &to, const Time &value) { to.quoted(time_text(value)); }

template <class T>
void put(const Writer &to, const std::optional<T> &value)
{
    if (value) {
        put(to, *value);
    }
}

template <class T>
void put(const Writer &to, const std::vector<T> &list)
{
    to.json("[]");
    for (std::size_t index = 0; index < list.size(); ++index) {
        put(to.item(index), list[index]);
    }
}

template <class T>
void put(const Writer &to, const Stored<T> &value)
{
    if (value.shape()) {
        put(to, *value.shape());
    } else if (!value.json().empty()) {
        to.json(value.json());
    }
}

template <class T>
void print(JsonWriter &to, const std::optional<T> &value)
{
    if (value) {
        print(to, *value);
    } else {
        to.text += "null";
    }
}

template <class T>
void print(JsonWriter &to, const std::vector<T> &list)
{
    to.text.push_back('[');
    for (std::size_t index = 0; index < list.size(); ++index) {
        if (index != 0) {
            to.text.push_back(',');
        }
        print(to, list[index]);
    }
    to.text.push_back(']');
}

} // namespace detail

namespace detail {

inline void take(const Reader &from, Billed &to)
{
    const std::string_view word = from.text();
    to = Billed::unknown;
    if (word == "no") {
        to = Billed::no;
    }
    if (word == "yes") {
        to = Billed::yes;
    }
}

inline void take(const Reader &from, ErrorKind &to)
{
    const std::string_view word = from.text();
    to = ErrorKind::unknown;
    if (word == "invalid_argument") {
        to = ErrorKind::invalid_argument;
    }
    if (word == "configuration") {
        to = ErrorKind::configuration;
    }
    if (word == "unknown_operation") {
        to = ErrorKind::unknown_operation;
    }
    if (word == "authentication") {
        to = ErrorKind::authentication;
    }
    if (word == "quota") {
        to = ErrorKind::quota;
    }
    if (word == "rate_limited") {
        to = ErrorKind::rate_limited;
    }
    if (word == "vendor") {
        to = ErrorKind::vendor;
    }
    if (word == "network") {
        to = ErrorKind::network;
    }
    if (word == "tls") {
        to = ErrorKind::tls;
    }
    if (word == "timeout") {
        to = ErrorKind::timeout;
    }
    if (word == "cancelled") {
        to = ErrorKind::cancelled;
    }
    if (word == "closed") {
        to = ErrorKind::closed;
    }
    if (word == "decode") {
        to = ErrorKind::decode;
    }
    if (word == "signature") {
        to = ErrorKind::signature;
    }
    if (word == "internal") {
        to = ErrorKind::internal;
    }
}

inline void put(const Writer &to, const FigureKind &value)
{
    if (!name(value).empty()) {
        to.text(name(value));
    }
}

inline void take(const Reader &from, Shade &to)
{
    const std::string_view word = from.text();
    to = Shade::unknown;
    if (word == "LIGHT") {
        to = Shade::light;
    }
    if (word == "DARK") {
        to = Shade::dark;
    }
}

inline void put(const Writer &to, const Shade &value)
{
    if (!name(value).empty()) {
        to.text(name(value));
    }
}

inline void print(JsonWriter &to, const Shade &value) { to.quoted(name(value)); }

inline void take(const Reader &from, Vendor &to)
{
    const std::string_view word = from.text();
    to = Vendor::unknown;
    if (word == "juhe") {
        to = Vendor::juhe;
    }
    if (word == "jumdata") {
        to = Vendor::jumdata;
    }
    if (word == "baidu") {
        to = Vendor::baidu;
    }
}

inline void put([[maybe_unused]] const Writer &to, [[maybe_unused]] const ::shiren::Thing &value)
{
    to.json("{}");
    put(to.field("name"), value.name);
    put(to.field("grams"), value.grams);
}
inline void take([[maybe_unused]] const Reader &from, [[maybe_unused]] ::shiren::Thing &to)
{
    take(from.field("name"), to.name);
    take(from.field("grams"), to.grams);
}

inline void put([[maybe_unused]] const Writer &to, [[maybe_unused]] const ::shiren::Figure &value)
{
    to.json("{}");
    put(to.field("kind"), value.kind);
    put(to.field("radius"), value.radius);
    put(to.field("shade"), value.shade);
    put(to.field("width"), value.width);
}

inline void put([[maybe_unused]] const Writer &to, [[maybe_unused]] const ::shiren::Ticket &value)
{
    to.json("{}");
    put(to.field("number"), value.number);
    put(to.field("expires_at"), value.expires_at);
    put(to.field("label"), value.label);
    put(to.field("shade"), value.shade);
}
inline void take([[maybe_unused]] const Reader &from, [[maybe_unused]] ::shiren::Ticket &to)
{
    take(from.field("number"), to.number);
    take(from.field("expires_at"), to.expires_at);
    take(from.field("label"), to.label);
    take(from.field("shade"), to.shade);
}
inline void print(JsonWriter &to, const ::shiren::Ticket &value)
{
    to.text.push_back('{');
    to.field("number");
    print(to, value.number);
    to.field("expires_at");
    print(to, value.expires_at);
    to.field("label");
    print(to, value.label);
    to.field("shade");
    print(to, value.shade);
    to.text.push_back('}');
}

inline void put([[maybe_unused]] const Writer &to, [[maybe_unused]] const ::shiren::demo::every::Thing &value)
{
    put(to.field("name"), value.name);
    put(to.field("key"), value.key);
    put(to.field("class"), value.class_);
    put(to.field("method"), value.method);
    put(to.field("threshold"), value.threshold);
    put(to.field("count"), value.count);
    put(to.field("degrees"), value.degrees);
    if (value.loud) {
        put(to.field("loud"), value.loud);
    }
    put(to.field("careful"), value.careful);
    put(to.field("maybe"), value.maybe);
    put(to.field("photo"), value.photo);
    put(to.field("at"), value.at);
    put(to.field("shade"), value.shade);
    if (!value.shades.empty()) {
        put(to.field("shades"), value.shades);
    }
    put(to.field("tags"), value.tags);
    put(to.field("thing"), value.thing);
    put(to.field("other"), value.other);
    if (!value.things.empty()) {
        put(to.field("things"), value.things);
    }
    put(to.field("figure"), value.figure);
    put(to.field("ticket"), value.ticket);
}

inline void take([[maybe_unused]] const Reader &from, [[maybe_unused]] ::shiren::demo::every::ThingReply &to)
{
    take(from.field("good"), to.good);
    take(from.field("count"), to.count);
    take(from.field("score"), to.score);
    take(from.field("picture"), to.picture);
    take(from.field("things"), to.things);
    take(from.field("until"), to.until);
    take(from.field("shade"), to.shade);
    take(from.field("extra"), to.extra);
}

inline void put([[maybe_unused]] const Writer &to, [[maybe_unused]] const ::shiren::demo::Open &value)
{
}

inline void take([[maybe_unused]] const Reader &from, [[maybe_unused]] ::shiren::References &to)
{
    take(from.field("order"), to.order);
    take(from.field("task"), to.task);
    take(from.field("log"), to.log);
}

} // namespace detail

inline std::string Ticket::to_json() const
{
    detail::JsonWriter writer;
    detail::print(writer, *this);
    return std::move(writer.text);
}

} // namespace shiren

namespace shiren::demo::every {

inline ::shiren::RequestHandle Thing::into() const
{
    ::shiren::RequestHandle request(shiren_request_new(id));
    if (request) {
        ::shiren::detail::put(::shiren::detail::Writer(request.get()), *this);
    }
    return request;
}

inline Thing::Reply Thing::read(const shiren_response *response)
{
    Reply reply;
    ::shiren::detail::take(::shiren::detail::Reader(response), reply);
    return reply;
}

} // namespace shiren::demo::every

namespace shiren::demo {

inline ::shiren::RequestHandle Open::into() const
{
    ::shiren::RequestHandle request(shiren_request_new(id));
    if (request) {
        ::shiren::detail::put(::shiren::detail::Writer(request.get()), *this);
    }
    return request;
}

inline Open::Reply Open::read(const shiren_response *response)
{
    Reply reply;
    ::shiren::detail::take(::shiren::detail::Reader(response), reply);
    return reply;
}

} // namespace shiren::demo

#endif // SHIREN_OPS_HPP
