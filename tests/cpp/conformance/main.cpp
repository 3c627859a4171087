// The conformance scenarios, run from C++. What a file holds is in tests/conformance/README.md.
//
//     conformance SCENARIOS PHOTOS READY    the folder of the scenarios, that of the photos, the sandbox's ready line as a file

#include "run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iostream>

using namespace conformance;

namespace {

/// A test whose body is a function; what it throws is its failure.
class Body : public testing::Test {
public:
    explicit Body(std::function<void()> body) : body_(std::move(body)) {}
    void TestBody() override
    {
        try {
            body_();
        } catch (const std::exception &why) {
            ADD_FAILURE() << why.what();
        }
    }

private:
    std::function<void()> body_;
};

void test(const std::string &group, const std::string &name, const std::function<void()> &body)
{
    testing::RegisterTest(group.c_str(), name.c_str(), nullptr, nullptr, __FILE__, __LINE__, [body] { return new Body(body); });
}

json read(const std::filesystem::path &path)
{
    std::ifstream file(path);
    return json::parse(file);
}

/// Another value of the same kind, so that only the comparison can tell.
json other(const json &value)
{
    if (value.is_string()) {
        const std::string text = value;
        return text.rfind('$', 0) == 0 ? "something else" : text + "x";
    }
    if (value.is_boolean()) {
        return !value.get<bool>();
    }
    if (value.is_number()) {
        return value.get<double>() + 1.0;
    }
    return value.is_null() ? json({{"$is", "present"}}) : json();
}

/// Runs a scenario that was made wrong: it must fail.
void wrong(const json &scenario, const Admin &admin, const std::string &photos, const std::string &change)
{
    try {
        Run(scenario, admin, photos).steps();
    } catch (const std::exception &) {
        return;
    }
    throw Failure("it holds although " + change);
}

/// Every expectation of a scenario, made wrong, one at a time.
void must_fail(const json &scenario, const Admin &admin, const std::string &photos)
{
    for (std::size_t step = 0; step < scenario.at("steps").size(); ++step) {
        for (const char *side : {"reply", "error"}) {
            if (!scenario["steps"][step].contains(side)) {
                continue;
            }
            for (const auto &[pointer, expected] : scenario["steps"][step][side].items()) {
                json changed = scenario;
                changed["steps"][step][side][pointer] = other(expected);
                wrong(changed, admin, photos, "step " + std::to_string(step) + " expects another " + pointer);
            }
            json changed = scenario;
            changed["steps"][step][side] = json::object();
            wrong(changed, admin, photos, "step " + std::to_string(step) + " expects nothing");
            changed["steps"][step].erase(side);
            changed["steps"][step][side == std::string("reply") ? "error" : "reply"] = scenario["steps"][step][side];
            wrong(changed, admin, photos, "reply and error are exchanged");
        }
    }
    json changed = scenario;
    changed["ledger"].push_back("juhe.verifyface.verify2");
    wrong(changed, admin, photos, "the ledger has one charge less");
    changed = scenario;
    changed["legder"] = json::array();
    wrong(changed, admin, photos, "a field is misspelt");
}

} // namespace

int main(int count, char **arguments)
{
    testing::InitGoogleTest(&count, arguments);
    if (count != 4) {
        std::cerr << "usage: conformance SCENARIOS PHOTOS READY\n";
        return 2;
    }
    const std::filesystem::path folder = arguments[1];
    const std::string photos = arguments[2];
    const Admin admin(read(arguments[3]));
    std::vector<std::filesystem::path> files;
    for (const auto &file : std::filesystem::recursive_directory_iterator(folder)) {
        if (file.path().extension() == ".json") {
            files.push_back(file.path());
        }
    }
    std::sort(files.begin(), files.end());
    for (const auto &file : files) {
        test(file.parent_path().filename().string(), file.stem().string(), [&, file] {
            const json scenario = read(file);
            Run(scenario, admin, photos).steps();
        });
    }
    for (const std::string sample : {"compare/passes", "liveness/juhe_passed", "local/page_qr", "paid/dropped_after_billing"}) {
        test("runner", "wrong expectations fail, " + sample, [&, sample] { must_fail(read(folder / (sample + ".json")), admin, photos); });
    }
    return RUN_ALL_TESTS();
}
