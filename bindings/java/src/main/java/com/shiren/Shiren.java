package com.shiren;

import com.shiren.internal.Calls;
import com.shiren.internal.Json;
import com.shiren.internal.JsonWriter;
import java.util.Map;
import java.util.function.Function;

/** The library as a whole, and what computes without a client, by id. With types: {@code CheckFunctions.idNumber(…)} and its like. */
public final class Shiren {
    private Shiren() {}

    /** The version of the native library. */
    public static String version() {
        return Calls.version();
    }

    /** Every operation: its id, and {@code remote} (it calls a vendor), {@code local} or {@code heavy} (it computes for a while). */
    public static Map<String, String> operations() {
        return Calls.operations();
    }

    /** Runs a local operation without a client. One that calls a vendor is refused. */
    public static Map<String, Object> call(String operation, Map<String, ?> fields) {
        return Calls.local(operation, fields, Function.identity());
    }

    /** Reads JSON text of an object, as requests and configurations are: lists and maps that cannot be changed. */
    public static Map<String, Object> parse(String json) {
        try {
            return Json.parseObject(json);
        } catch (IllegalArgumentException error) {
            throw ShirenException.of("invalid_argument", error.getMessage(), null, null);
        }
    }

    /** Writes a map of fields as JSON text; bytes become Base64. */
    public static String write(Map<String, ?> fields) {
        return JsonWriter.text(fields);
    }
}
