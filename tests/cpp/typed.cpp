// shiren.hpp and shiren_ops.hpp as a program uses them, on the sandbox.

#include "shiren.hpp"

#include "conformance/admin.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <thread>

using conformance::Admin;
using conformance::json;

namespace {

std::unique_ptr<Admin> admin;
std::string photos;

shiren::Bytes file(const std::string &name)
{
    std::ifstream stream(photos + "/" + name, std::ios::binary);
    return std::vector<std::uint8_t>(std::istreambuf_iterator<char>(stream), {});
}

json persona(const std::string &id)
{
    for (const json &person : admin->get("/personas")) {
        if (person.at("id") == id) {
            return person;
        }
    }
    throw std::runtime_error("there is no such person");
}

shiren::juhe::verifyface::Verify2 verify2(const std::string &id = "passes")
{
    const json person = persona(id);
    shiren::juhe::verifyface::Verify2 request;
    request.realname = person.at("name");
    request.idcard = person.at("id_number");
    request.image = file("portrait.jpg");
    return request;
}

class Typed : public testing::Test {
protected:
    void SetUp() override { admin->post("/reset", json::object()); }

    std::size_t charges() const { return admin->get("/ledger").size(); }

    shiren::Client client = shiren::Client::sandbox(admin->url).value();
};

TEST_F(Typed, AVerdictIsRead)
{
    const auto reply = client.run(verify2());
    ASSERT_TRUE(reply) << reply.error().message;
    const shiren::Verdict &verdict = reply->verdict;
    EXPECT_EQ(verdict.decision, shiren::Decision::passed);
    EXPECT_EQ(verdict.checks.identity, shiren::Check::passed);
    EXPECT_EQ(verdict.checks.liveness, shiren::Check::not_checked);
    EXPECT_EQ(verdict.billed, shiren::Billed::yes);
    EXPECT_EQ(verdict.vendor, shiren::Vendor::juhe);
    EXPECT_EQ(verdict.operation, "juhe.verifyface.verify2");
    EXPECT_TRUE(verdict.score && verdict.score->value > 90 && verdict.score->scale == 1000);
    EXPECT_TRUE(verdict.references.order);
    EXPECT_FALSE(reply->raw);
    EXPECT_EQ(charges(), 1U);
}

TEST_F(Typed, SomebodyElsesFaceIsAVerdictAndNoError)
{
    EXPECT_EQ(client.call(verify2("face_differs")).verdict.decision, shiren::Decision::rejected);
}

TEST_F(Typed, AnErrorHasItsFieldsInBothForms)
{
    auto request = verify2();
    request.idcard = "110101180001010011"; // a wrong check digit
    const auto reply = client.run(request);
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().kind, shiren::ErrorKind::invalid_argument);
    EXPECT_EQ(reply.error().field, "/idcard");
    EXPECT_EQ(reply.error().billed, shiren::Billed::no);
    EXPECT_EQ(reply.error().message.find(request.idcard), std::string::npos);
    EXPECT_THROW((void)*reply, shiren::Exception);
    try {
        client.call(request);
        FAIL() << "it must throw";
    } catch (const shiren::Exception &exception) {
        EXPECT_EQ(exception.error().field, "/idcard");
        EXPECT_EQ(exception.what(), exception.error().message);
    }
    EXPECT_EQ(charges(), 0U);
    EXPECT_THROW((void)client.run(verify2()).error(), std::logic_error);
}

TEST_F(Typed, AThresholdOfZeroIsNotTheDefault)
{
    auto request = verify2();
    request.threshold = 0.0;
    const auto refused = client.run(request);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().field, "/threshold");
    request.threshold = 40.0;
    request.allow_low_threshold = true;
    EXPECT_EQ(client.call(request).verdict.threshold, 40.0);
    request.threshold = std::nan("");
    EXPECT_EQ(client.run(request).error().field, "/threshold");
}

TEST_F(Typed, OptionsReachTheCall)
{
    shiren::CallOptions options;
    options.raw = true;
    EXPECT_NE(client.call(verify2(), options).raw.value_or("").find("authResult"), std::string::npos);
    admin->post("/faults", {{"kind", "hang"}, {"path", "/juhe/verifyface"}, {"times", 1}});
    options.timeout = std::chrono::seconds(2);
    const auto late = client.run(verify2(), options);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, shiren::ErrorKind::timeout);
    EXPECT_EQ(late.error().billed, shiren::Billed::unknown);
    EXPECT_FALSE(late.error().retryable);
}

TEST_F(Typed, AStoredSessionIsFinished)
{
    const json person = persona("passes");
    shiren::liveness::Start start;
    start.vendor = shiren::Vendor::juhe;
    start.subject = shiren::Subject{person.at("name"), person.at("id_number"), std::nullopt};
    start.return_url = "https://example.com/back?user=7";
    const shiren::Session session = client.call(start);
    EXPECT_GT(session.expires_at, session.started_at);
    const json landed = admin->post("/sessions/" + session.reference + "/complete", {{"persona", "passes"}});

    shiren::liveness::Finish finish;
    finish.session = shiren::Json{session.to_json()};
    finish.landed_url = landed.at("redirect").get<std::string>();
    finish.subject = start.subject;
    EXPECT_EQ(client.call(finish).verdict.decision, shiren::Decision::passed);

    finish.session = session; // the same, not stored meanwhile
    EXPECT_EQ(client.call(finish).verdict.decision, shiren::Decision::passed);

    json forged = json::parse(session.to_json());
    forged["expect"] = "liveness";
    finish.session = shiren::Json{forged.dump()};
    EXPECT_EQ(client.run(finish).error().kind, shiren::ErrorKind::signature);
}

TEST_F(Typed, LocalOperationsNeedNoClient)
{
    shiren::photo::Fit fit;
    fit.image = file("phone-rotated.jpg");
    const auto fitted = shiren::call(fit);
    EXPECT_GE(fitted.image.size(), 16000U);
    EXPECT_LE(fitted.image.size(), 20480U);
    EXPECT_EQ(fitted.image.data()[0], 0xff);
    EXPECT_LE(std::max(fitted.width, fitted.height), 800);
    EXPECT_GT(fitted.height, fitted.width) << "it stands upright";

    shiren::check::IdNumber check;
    check.id_number = "11010118000101001x";
    const auto looked = shiren::run(check);
    ASSERT_TRUE(looked) << looked.error().message;
    EXPECT_EQ(looked->birth_date, "1800-01-01");

    EXPECT_EQ(shiren::run(verify2()).error().kind, shiren::ErrorKind::configuration);
}

TEST_F(Typed, AFutureGetsTheReplyOrThrows)
{
    auto good = client.start(verify2());
    auto bad = client.start(shiren::juhe::verifyface::Verify2{});
    EXPECT_EQ(good.future.get().verdict.decision, shiren::Decision::passed);
    EXPECT_NE(good.id, 0U);
    EXPECT_THROW((void)bad.future.get(), shiren::Exception);
}

TEST_F(Typed, ACancelledCallSaysWhatItMayHaveCost)
{
    admin->post("/faults", {{"kind", "hang_after_billing"}, {"path", "/juhe/verifyface"}, {"times", 1}});
    auto started = client.start(verify2());
    while (charges() == 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_TRUE(client.cancel(started.id));
    try {
        (void)started.future.get();
        FAIL() << "it was cancelled";
    } catch (const shiren::Exception &exception) {
        EXPECT_EQ(exception.error().kind, shiren::ErrorKind::cancelled);
        EXPECT_EQ(exception.error().billed, shiren::Billed::unknown);
    }
    EXPECT_FALSE(client.cancel(started.id));
}

TEST_F(Typed, AFunctionIsServedOnceAndCloseWaitsForIt)
{
    std::atomic<int> served{0};
    for (int call = 0; call < 8; ++call) {
        const auto id = client.start(verify2(), [&](std::uint64_t, shiren::Result<shiren::juhe::verifyface::Verify2Reply>) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            ++served;
        });
        ASSERT_TRUE(id) << id.error().message;
    }
    ASSERT_TRUE(client.close());
    EXPECT_EQ(served, 8);
    EXPECT_EQ(client.run(verify2()).error().kind, shiren::ErrorKind::closed);
}

TEST_F(Typed, AQueueFitsAnEventLoop)
{
    const shiren::Queue queue;
    int mark = 0;
    for (int call = 0; call < 5; ++call) {
        ASSERT_TRUE(queue.start(client, verify2(), &mark));
    }
    for (int ended = 0; ended < 5;) {
        pollfd waiting{queue.fd(), POLLIN, 0};
        ASSERT_EQ(poll(&waiting, 1, 10000), 1);
        while (auto completion = queue.next(std::chrono::milliseconds(0))) {
            EXPECT_EQ(completion->user_data, &mark);
            const auto reply = std::move(*completion).as<shiren::juhe::verifyface::Verify2>();
            EXPECT_EQ(reply->verdict.decision, shiren::Decision::passed);
            ++ended;
        }
    }
    pollfd idle{queue.fd(), POLLIN, 0};
    EXPECT_EQ(poll(&idle, 1, 0), 0);
}

TEST_F(Typed, ObserversAndCountersAgreeWithTheLedger)
{
    std::atomic<int> told{0}, billed{0};
    ASSERT_TRUE(client.on_outcome([&](const shiren::Outcome &outcome) {
        EXPECT_EQ(outcome.operation, "juhe.verifyface.verify2");
        ++told;
        billed += outcome.billed == shiren::Billed::yes ? 1 : 0;
    }));
    (void)client.run(verify2());
    (void)client.run(shiren::juhe::verifyface::Verify2{});
    shiren::Client moved = std::move(client);
    (void)moved.run(verify2("no_record"));
    const shiren::Counters counters = moved.counters();
    EXPECT_EQ(told, 3);
    EXPECT_EQ(counters.calls, 3U);
    EXPECT_EQ(counters.errors, 1U);
    EXPECT_EQ(counters.billed, charges());
    EXPECT_EQ(static_cast<std::size_t>(billed), charges());
    EXPECT_EQ(moved.state()->integer("/counters/by_operation/juhe.verifyface.verify2/calls"), 3);
}

TEST_F(Typed, TheLogNamesNobody)
{
    std::mutex mutex;
    std::string log;
    ASSERT_TRUE(shiren::set_logger(shiren::Level::trace, [&](shiren::Level, std::string_view target, std::string_view message) {
        const std::lock_guard<std::mutex> lock(mutex);
        log.append(target).append(": ").append(message).push_back('\n');
    }));
    const auto request = verify2();
    (void)client.run(request);
    admin->post("/faults", {{"kind", "drop_after_billing"}, {"path", "/juhe/verifyface"}, {"times", 1}});
    (void)client.run(request);
    ASSERT_TRUE(shiren::set_logger(shiren::Level::off, nullptr));
    EXPECT_NE(log.find("juhe.verifyface.verify2"), std::string::npos) << log;
    for (const std::string &kept : {request.idcard, request.realname, std::string("sandbox-juhe-key")}) {
        EXPECT_EQ(log.find(kept), std::string::npos);
    }
    const std::size_t before = log.size();
    (void)client.run(request);
    EXPECT_EQ(log.size(), before);
}

TEST_F(Typed, AConfigurationIsRefusedByName)
{
    const auto wrong = shiren::Client::make(R"({"accounts":{"juhe":{"kye":"x"}}})");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().kind, shiren::ErrorKind::configuration);
    EXPECT_EQ(wrong.error().field, "/accounts/juhe/kye");
    EXPECT_THROW(shiren::Client("{"), shiren::Exception);
}

TEST_F(Typed, ThirtyTwoThreadsShareAClient)
{
    std::vector<std::thread> threads;
    std::atomic<int> passed{0};
    const auto request = verify2();
    for (int thread = 0; thread < 32; ++thread) {
        threads.emplace_back([&] {
            for (int call = 0; call < 5; ++call) {
                passed += client.call(request).verdict.decision == shiren::Decision::passed ? 1 : 0;
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    EXPECT_EQ(passed, 160);
    EXPECT_EQ(charges(), 160U);
}

} // namespace

int main(int count, char **arguments)
{
    testing::InitGoogleTest(&count, arguments);
    if (count != 3) {
        std::cerr << "usage: typed PHOTOS READY\n";
        return 2;
    }
    photos = arguments[1];
    std::ifstream ready(arguments[2]);
    std::string line;
    std::getline(ready, line);
    admin = std::make_unique<Admin>(json::parse(line));
    return RUN_ALL_TESTS();
}
