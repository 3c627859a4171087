// What the examples have in common: a file read whole, a client from shiren.json or of the sandbox.
#pragma once

#include <shiren.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

/// A whole file.
inline std::string read_file(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error(path + " cannot be read");
    }
    return std::string(std::istreambuf_iterator<char>(file), {});
}

/// A photo.
inline shiren::Bytes read_photo(const std::string &path)
{
    const std::string photo = read_file(path);
    return shiren::Bytes(photo.data(), photo.size());
}

/// A client: of the sandbox at $SHIREN_SANDBOX (`shiren sandbox`), else of the accounts in shiren.json.
inline shiren::Client open_client()
{
    const char *sandbox = std::getenv("SHIREN_SANDBOX");
    return sandbox != nullptr ? shiren::Client::sandbox(sandbox).value() : shiren::Client(read_file("shiren.json"));
}

/// Tells what went wrong. No error of the library holds a name, a number or a key.
inline void tell(const shiren::Error &error)
{
    std::cerr << error.message << " (billed: " << name(error.billed) << ")\n";
    if (!error.field.empty()) {
        std::cerr << "field: " << error.field << '\n';
    }
    if (!error.hint.empty()) {
        std::cerr << "hint: " << error.hint << '\n';
    }
}

/// 0: let the person in; 1: do not; 2: it is not known.
inline int exit_code(shiren::Decision decision)
{
    return decision == shiren::Decision::passed ? 0 : decision == shiren::Decision::rejected ? 1 : 2;
}

/// Runs `body`, and tells what it throws.
template <class Body>
int guarded(Body body)
{
    try {
        return body();
    } catch (const shiren::Exception &exception) {
        tell(exception.error());
    } catch (const std::exception &exception) {
        std::cerr << exception.what() << '\n';
    }
    return 2;
}
