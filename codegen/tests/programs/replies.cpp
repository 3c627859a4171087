// Reads the recorder's reply, field by field.

#include "shiren_ops.hpp"

#include <cstdio>
#include <type_traits>

extern "C" shiren_response *recorder_response();

#define CHECK(condition)                                                                                             \
    do {                                                                                                             \
        if (!(condition)) {                                                                                          \
            std::fprintf(stderr, "line %d: %s\n", __LINE__, #condition);                                             \
            failed = true;                                                                                           \
        }                                                                                                            \
    } while (false)

int main()
{
    bool failed = false;
    using shiren::Time;
    using shiren::detail::time_of;
    using shiren::detail::time_text;
    using std::chrono::milliseconds;

    const auto reply = shiren::demo::every::Thing::read(recorder_response());
    CHECK(reply.good);
    CHECK(!reply.count);
    CHECK(reply.score == 7.0);
    CHECK(reply.picture && reply.picture->size() == 2 && reply.picture->data()[0] == 'a');
    CHECK(reply.things.size() == 2 && reply.things[0].name == "one" && reply.things[0].grams == 5);
    CHECK(reply.things[1].name == "two" && !reply.things[1].grams);
    CHECK(reply.until && time_text(*reply.until) == "2026-03-01T00:00:00.500Z");
    CHECK(reply.shade == shiren::Shade::unknown);
    CHECK(reply.extra.text == "{\"a\":1}");

    static_assert(std::is_same_v<shiren::demo::Open::Reply, shiren::Ticket>);
    const shiren::Ticket ticket = shiren::demo::Open::read(recorder_response());
    CHECK(ticket.number == 9007199254740991);
    CHECK(ticket.label == "\"\\\n王");
    CHECK(ticket.shade == shiren::Shade::unknown);
    CHECK(ticket.to_json() == "{\"number\":9007199254740991,\"expires_at\":\"2400-02-29T00:00:00.000Z\","
                              "\"label\":\"\\\"\\\\\\u000a王\",\"shade\":\"\"}");

    // Every day of four centuries, there and back, and the day after each is the next.
    for (std::int64_t day = -150000; day < 150000; ++day) {
        const Time time(milliseconds(day * 86400000 + 1));
        CHECK(time_of(time_text(time)) == time);
    }
    CHECK(time_text(Time()) == "1970-01-01T00:00:00.000Z");
    CHECK(time_of("2000-02-29T12:34:56Z") == Time(milliseconds(951827696000)));
    for (const char *bad : {"", "2026-01-31", "2026-01-31T08:00:00", "2026-01-31T08:00:00+08:00", "2026-01-31T08:00:00.Z",
                            "2026-13-31T08:00:00Z", "2026-00-31T08:00:00Z", "2026-01-32T08:00:00Z", "2026-01-31T24:00:00Z",
                            "2026-01-31T08:60:00Z", "2026-01-31T08:00:61Z", "2026-01-31 08:00:00Z", "2026-01-31T08:00:00xZ"}) {
        CHECK(!time_of(bad));
    }
    if (!failed) {
        std::printf("read\n");
    }
    return failed ? 1 : 0;
}
