// Runs one scenario: a reset sandbox, a client of its own, step by step.
#pragma once

#include "names.hpp"

#include <set>

namespace conformance {

/// No step lasts longer.
constexpr std::chrono::seconds patience(20);

/// A misspelt expectation would hold for ever.
inline void only(const json &object, const std::set<std::string> &known)
{
    for (const auto &[key, value] : object.items()) {
        if (known.count(key) == 0) {
            throw Failure("there is no field " + key);
        }
    }
}

class Run {
public:
    Run(const json &scenario, const Admin &admin, const std::string &photos)
        : scenario_(scenario), admin_(admin), names_(photos)
    {
        only(scenario, {"note", "config", "steps", "ledger", "journal"});
        admin.post("/reset", json::object());
        json people;
        for (const json &person : admin.get("/personas")) {
            people[person.at("id").get<std::string>()] = person;
        }
        names_.set("persona", people);
        names_.set("sandbox", {{"url", admin.url}, {"authority", admin.authority()}, {"accounts", admin.accounts}});
        config_ = {{"accounts", admin.accounts}, {"test_mode", true}, {"connect_timeout_ms", 5000}, {"timeout_ms", 10000}};
        config_.merge_patch(names_.resolve(scenario.value("config", json::object())));
        client_.emplace(shiren::Client::make(config_.dump()).value());
    }

    void steps()
    {
        std::size_t number = 0;
        for (const json &step : scenario_.at("steps")) {
            try {
                this->step(step);
            } catch (const std::exception &why) {
                throw Failure("step " + std::to_string(number) + ": " + why.what());
            }
            ++number;
        }
        books("ledger");
        if (scenario_.contains("journal")) {
            books("journal");
        }
    }

private:
    /// A reply, or an error as JSON.
    struct Done {
        json value;
        bool failed = false;
    };

    void step(const json &step)
    {
        only(step, {"call", "request", "options", "cancel", "reply", "error", "save", "open", "close", "wait_ms", "clock", "fault",
                    "settings", "complete"});
        const Done done = act(step);
        if (done.failed != step.contains("error")) {
            throw Failure((done.failed ? "it failed: " : "it answered, and an error was expected: ") + done.value.dump());
        }
        if (step.contains("call") && !done.failed && !step.contains("reply")) {
            throw Failure("a call has a reply or an error");
        }
        expect(step, done.failed ? "error" : "reply", done.value);
        const json save = step.value("save", json::object());
        for (const auto &[name, pointer] : save.items()) {
            const Pointer place(pointer.get<std::string>());
            if (!done.value.contains(place)) {
                throw Failure("there is nothing to save at " + pointer.dump());
            }
            names_.set(name, done.value.at(place));
        }
    }

    Done act(const json &step)
    {
        if (step.contains("call")) {
            return call(step);
        }
        if (step.contains("open")) {
            config_.merge_patch(names_.resolve(step["open"]));
            auto opened = shiren::Client::make(config_.dump());
            if (!opened) {
                return failed(opened.error());
            }
            client_.emplace(std::move(opened).value());
            return {};
        }
        if (step.contains("close")) {
            const auto closed = client_->close(patience);
            return closed ? Done{} : failed(closed.error());
        }
        if (step.contains("wait_ms")) {
            std::this_thread::sleep_for(std::chrono::milliseconds(step["wait_ms"].get<int>()));
            return {};
        }
        for (const auto &[field, path] : {std::pair("clock", "/clock"), {"fault", "/faults"}, {"settings", "/settings"}}) {
            if (step.contains(field)) {
                return {admin_.post(path, names_.resolve(step[field]))};
            }
        }
        json completion = names_.resolve(step.at("complete"));
        const std::string session = completion.at("session");
        completion.erase("session");
        return {admin_.post("/sessions/" + session + "/complete", completion)};
    }

    Done call(const json &step)
    {
        shiren::Request request(step.at("call").get<std::string>());
        const json fields = names_.resolve(step.value("request", json::object()));
        request.json("", fields.dump());
        detach(request, fields, "");
        const json given = step.value("options", json::object());
        only(given, {"raw", "timeout_ms"});
        shiren::CallOptions options;
        options.raw = given.value("raw", false);
        options.timeout = std::chrono::milliseconds(given.value("timeout_ms", 0));
        if (!step.contains("cancel")) {
            return finished(client_->run(request, options));
        }
        const json cancel = step["cancel"];
        only(cancel, {"charges", "after_ms"});
        const shiren::Queue queue;
        const auto id = queue.start(*client_, request, nullptr, options).value();
        wait_for_charges(cancel.value("charges", 0U));
        std::this_thread::sleep_for(std::chrono::milliseconds(cancel.value("after_ms", 0)));
        client_->cancel(id);
        auto end = queue.next(patience);
        if (!end || end->id != id) {
            throw Failure("a cancelled call told nobody");
        }
        return finished(std::move(end->result));
    }

    Done finished(shiren::Result<shiren::Response> result)
    {
        if (!result) {
            return failed(result.error());
        }
        const shiren::Response response = std::move(result).value();
        json reply = json::parse(response.json());
        attach(response, reply, "");
        return {std::move(reply)};
    }

    /// No error repeats whom the scenario asked about, or the keys.
    Done failed(const shiren::Error &error) const
    {
        const std::string shown = error.message + error.field + error.vendor_text + error.hint + error.json.text;
        std::vector<std::string> kept = names_.personal;
        for (const char *key : {"/juhe/key", "/juhe/openid", "/jumdata/gateway/appcode", "/baidu/api_key", "/baidu/secret_key"}) {
            if (const json value = at(config_.at("accounts"), key); value.is_string()) {
                kept.push_back(value);
            }
        }
        for (const std::string &text : kept) {
            if (shown.find(text) != std::string::npos) {
                throw Failure("the error repeats personal data or a key");
            }
        }
        return {json::parse(error.json.text), true};
    }

    void expect(const json &step, const char *what, const json &value)
    {
        if (!step.contains(what)) {
            return;
        }
        const json &wanted = step.at(what);
        if (wanted.empty()) {
            throw Failure(std::string(what) + " expects nothing");
        }
        for (const auto &[pointer, raw] : wanted.items()) {
            const json expected = names_.resolve(raw);
            const json found = at(value, pointer);
            if (!fits(names_, expected, found)) {
                throw Failure(what + pointer + ": expected " + expected.dump() + ", got " + found.dump());
            }
        }
    }

    /// Puts the bytes that stand for themselves in a request where they belong.
    void detach(shiren::Request &request, const json &value, const std::string &pointer)
    {
        if (const auto *bytes = names_.held(value)) {
            request.json(pointer, "null").bytes(pointer, *bytes);
        } else if (value.is_structured()) {
            for (const auto &[key, item] : value.items()) {
                detach(request, item, pointer + (Pointer() / key).to_string());
            }
        }
    }

    /// The way back, for a reply.
    void attach(const shiren::Response &response, json &value, const std::string &pointer)
    {
        if (value.is_object() && value.contains("part")) {
            if (auto bytes = response.bytes(pointer)) {
                value = names_.hold(std::move(*bytes));
                return;
            }
        }
        if (value.is_structured()) {
            for (auto &[key, item] : value.items()) {
                attach(response, item, pointer + (Pointer() / key).to_string());
            }
        }
    }

    void wait_for_charges(std::size_t wanted) const
    {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (admin_.get("/ledger").size() < wanted) {
            if (std::chrono::steady_clock::now() > until) {
                throw Failure("the ledger never had so many charges");
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }

    /// The operations of the ledger or of the journal, in order.
    void books(const std::string &book) const
    {
        json found = json::array();
        for (const json &entry : admin_.get("/" + book)) {
            found.push_back(entry.at("operation"));
        }
        if (found != scenario_.at(book)) {
            throw Failure("the " + book + " has " + found.dump() + ", not " + scenario_.at(book).dump());
        }
    }

    const json &scenario_;
    const Admin &admin_;
    Names names_;
    json config_;
    std::optional<shiren::Client> client_;
};

} // namespace conformance
