// Values in a scenario: literal JSON, and the few forms that begin with `$`.
#pragma once

#include "admin.hpp"
#include "shiren.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace conformance {

using Pointer = json::json_pointer;

/// The value at a pointer; an absent one is null.
inline json at(const json &value, const std::string &pointer)
{
    const Pointer place(pointer);
    return value.contains(place) ? value.at(place) : json();
}

/// What a scenario can refer to by `$name`, and the bytes that crossed so far. Bytes stand in a resolved value as
/// `{"$held": n}`, which no scenario can write.
class Names {
public:
    explicit Names(std::string photos) : photos_(std::move(photos)) {}

    /// Personal data that was used: no error may repeat it.
    std::vector<std::string> personal;

    void set(const std::string &name, json value) { named_[name] = std::move(value); }

    json hold(shiren::Bytes bytes)
    {
        held_.push_back(std::move(bytes));
        return {{"$held", held_.size() - 1}};
    }

    const shiren::Bytes *held(const json &value) const
    {
        return value.is_object() && value.size() == 1 && value.contains("$held") ? &held_.at(value["$held"]) : nullptr;
    }

    /// The value with every reference and form replaced.
    json resolve(const json &value)
    {
        if (value.is_string()) {
            const std::string text = value;
            if (text.rfind("$$", 0) == 0) {
                return text.substr(1);
            }
            return text.rfind('$', 0) == 0 ? look_up(text.substr(1)) : value;
        }
        if (const auto form = form_of(value)) {
            return build(*form, resolve(value.begin().value()));
        }
        json resolved = value;
        if (value.is_structured()) {
            for (auto &[key, item] : resolved.items()) {
                item = resolve(json(item));
            }
        }
        return resolved;
    }

    /// The name of a form: that of an object's only field, if it begins with `$`.
    static std::optional<std::string> form_of(const json &value)
    {
        const bool form = value.is_object() && value.size() == 1 && value.begin().key().rfind('$', 0) == 0 &&
                          value.begin().key() != "$held";
        return form ? std::optional<std::string>(value.begin().key()) : std::nullopt;
    }

private:
    /// `name`, and a JSON pointer behind it.
    json look_up(const std::string &reference)
    {
        const std::string name = reference.substr(0, reference.find('/'));
        const auto found = named_.find(name);
        const Pointer place(reference.substr(name.size()));
        if (found == named_.end() || !found->second.contains(place)) {
            throw Failure("there is no $" + reference);
        }
        const json value = found->second.at(place);
        if (name == "persona" && value.is_string()) {
            personal.push_back(value);
        }
        return value;
    }

    json build(const std::string &form, const json &operand)
    {
        if (form == "$file") {
            std::ifstream file(photos_ + "/" + operand.get<std::string>(), std::ios::binary);
            if (!file) {
                throw Failure(operand.dump() + " cannot be read");
            }
            return hold(std::vector<std::uint8_t>(std::istreambuf_iterator<char>(file), {}));
        }
        if (form == "$bytes") {
            const std::string text = operand;
            return hold(shiren::Bytes(text.data(), text.size()));
        }
        if (form == "$join") {
            std::string joined;
            for (const std::string text : operand) {
                joined += text;
            }
            return joined;
        }
        if (form == "$merge") {
            json merged;
            for (const json &patch : operand) {
                merged.merge_patch(patch);
            }
            return merged;
        }
        if (form == "$is" || form == "$contains" || form == "$at_least" || form == "$at_most") {
            return {{form, operand}}; // a matcher: the comparison knows it
        }
        throw Failure("there is no form " + form);
    }

    std::string photos_;
    std::map<std::string, json> named_;
    std::vector<shiren::Bytes> held_;
};

/// Whether what came is what is expected.
inline bool fits(const Names &names, const json &expected, const json &found)
{
    if (const auto *bytes = names.held(expected)) {
        const auto *came = names.held(found);
        return came != nullptr && *came == *bytes;
    }
    const auto form = Names::form_of(expected);
    if (!form) {
        return expected == found;
    }
    const json &operand = expected.begin().value();
    if (*form == "$is" && operand == "present") {
        return !found.is_null();
    }
    if (*form == "$is" && operand == "bytes") {
        const auto *came = names.held(found);
        return came != nullptr && !came->empty();
    }
    if (*form == "$contains" && operand.is_string()) {
        return found.is_string() && found.get<std::string>().find(operand.get<std::string>()) != std::string::npos;
    }
    if ((*form == "$at_least" || *form == "$at_most") && operand.is_number()) {
        return found.is_number() && (*form == "$at_least" ? found >= operand : found <= operand);
    }
    throw Failure("there is no matcher " + expected.dump());
}

} // namespace conformance
