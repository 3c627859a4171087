package com.shiren.internal;

import com.shiren.ShirenException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** How the fields of models are read. What has the wrong type is a {@code decode} error, never something else. */
public final class Reads {
    private Reads() {}

    /** A text. */
    public static String text(Object value) {
        return as(String.class, value);
    }

    /** True or false. */
    public static Boolean flag(Object value) {
        return as(Boolean.class, value);
    }

    /** A whole number. */
    public static Long whole(Object value) {
        return as(Long.class, value);
    }

    /** A whole number. */
    public static Integer small(Object value) {
        long number = as(Long.class, value);
        if (number != (int) number) {
            throw wrong();
        }
        return (int) number;
    }

    /** A number. */
    public static Double number(Object value) {
        return as(Number.class, value).doubleValue();
    }

    /** Bytes, a copy of them. */
    public static byte[] bytes(Object value) {
        return as(byte[].class, value).clone();
    }

    /** A moment. */
    public static Instant moment(Object value) {
        try {
            return Instant.parse(as(String.class, value));
        } catch (DateTimeParseException error) {
            throw wrong();
        }
    }

    /** Any object. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> object(Object value) {
        return (Map<String, Object>) as(Map.class, value);
    }

    /** Any list. */
    public static List<?> list(Object value) {
        return as(List.class, value);
    }

    /** A word. */
    public static <T> Function<Object, T> word(Function<String, T> of) {
        return value -> of.apply(text(value));
    }

    /** A model. */
    public static <T> Function<Object, T> model(Function<Map<String, Object>, T> of) {
        return value -> of.apply(object(value));
    }

    private static <T> T as(Class<T> type, Object value) {
        if (type.isInstance(value)) {
            return type.cast(value);
        }
        throw wrong();
    }

    private static ShirenException wrong() {
        return ShirenException.of("decode", "a field of a reply has another type than it should", null, null);
    }
}
