// The sandbox, driven by its admin API.
#pragma once

#include <curl/curl.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace conformance {

using nlohmann::json;

/// Why a scenario failed, or cannot be run.
struct Failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Admin {
public:
    /// `ready`: the ready line of `shiren sandbox`.
    explicit Admin(const json &ready) : url(ready.at("url")), accounts(ready.at("accounts")) {}

    const std::string url;
    const json accounts;

    std::string authority() const { return url.substr(std::string("http://").size()); }
    json get(const std::string &path) const { return ask(path, nullptr); }
    json post(const std::string &path, const json &body) const
    {
        const std::string text = body.dump();
        return ask(path, &text);
    }

private:
    json ask(const std::string &path, const std::string *body) const
    {
        const std::unique_ptr<CURL, void (*)(CURL *)> curl(curl_easy_init(), curl_easy_cleanup);
        const std::string address = url + "/_sandbox" + path;
        std::string answer;
        curl_easy_setopt(curl.get(), CURLOPT_URL, address.c_str());
        curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, +[](char *data, size_t size, size_t count, void *to) {
            static_cast<std::string *>(to)->append(data, size * count);
            return size * count;
        });
        curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer);
        if (body != nullptr) {
            curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body->c_str());
        }
        // While a fault of kind `refuse` lasts, nobody gets in.
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        CURLcode code = curl_easy_perform(curl.get());
        while (code == CURLE_COULDNT_CONNECT && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            code = curl_easy_perform(curl.get());
        }
        long status = 0;
        curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
        if (code != CURLE_OK || status != 200) {
            throw Failure(path + ": " + (code == CURLE_OK ? std::to_string(status) + " " + answer : curl_easy_strerror(code)));
        }
        return json::parse(answer);
    }
};

} // namespace conformance
