package com.shiren.internal;

import com.shiren.Model;
import com.shiren.ShirenException;
import com.shiren.Word;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Writes JSON. What cannot be sent is refused with the field's name, as a JSON pointer, and never with its value. */
public final class JsonWriter {
    private static final int DEPTH = 120;

    private final StringBuilder out = new StringBuilder(256);
    /** A pointer and its bytes, and so on; {@code null}: bytes become Base64. */
    private final List<Object> parts;

    private final StringBuilder pointer = new StringBuilder();
    private int depth;

    private JsonWriter(List<Object> parts) {
        this.parts = parts;
    }

    /** As a text; bytes in it are Base64. */
    public static String text(Object value) {
        JsonWriter writer = new JsonWriter(null);
        writer.value(value);
        return writer.out.toString();
    }

    /** As a request: UTF-8, with each byte[] as a pointer that ends with a NUL, and the bytes, in {@code parts}. */
    static byte[] request(Object value, List<Object> parts) {
        JsonWriter writer = new JsonWriter(parts);
        writer.value(value);
        return utf8(writer.out);
    }

    /** UTF-8, without a copy of the whole text as a String, which could not be wiped. */
    private static byte[] utf8(CharSequence text) {
        java.nio.ByteBuffer encoded = StandardCharsets.UTF_8.encode(java.nio.CharBuffer.wrap(text));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }

    private ShirenException refused(String message) {
        return ShirenException.of("invalid_argument", message, pointer.toString(), null);
    }

    private void value(Object value) {
        if (++depth > DEPTH) {
            throw ShirenException.of("invalid_argument", "nested too deep", "", null);
        }
        if (value == null || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof CharSequence || value instanceof Word) {
            string(value.toString());
        } else if (value instanceof Number) {
            number((Number) value);
        } else if (value instanceof Model) {
            object(((Model) value).toMap());
        } else if (value instanceof Map) {
            object((Map<?, ?>) value);
        } else if (value instanceof byte[]) {
            bytes((byte[]) value);
        } else if (value instanceof Path) {
            bytes(read((Path) value));
        } else if (value instanceof Iterable) {
            list((Iterable<?>) value);
        } else if (value instanceof Instant) {
            string(DateTimeFormatter.ISO_INSTANT.format(((Instant) value).truncatedTo(ChronoUnit.MILLIS)));
        } else {
            throw refused(value.getClass().getName() + " cannot be sent: give a String, a number, a Boolean, byte[], a Path, "
                    + "an Instant, a List, a Map or a model");
        }
        depth--;
    }

    /** The bytes of a file. */
    public static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private void bytes(byte[] bytes) {
        if (parts == null) {
            string(Base64.getEncoder().encodeToString(bytes));
            return;
        }
        if (pointer.indexOf("\0") >= 0) {
            throw refused("a field's name holds a NUL");
        }
        parts.add(utf8(pointer + "\0"));
        parts.add(bytes);
        out.append("null");
    }

    private void number(Number number) {
        boolean known = number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte
                || number instanceof BigDecimal || number instanceof BigInteger || number instanceof Json.Spelled;
        if (!known && !(number instanceof Double || number instanceof Float)) {
            throw refused(number.getClass().getName() + " cannot be sent: give a long or a double");
        }
        if (!known && (Double.isNaN(number.doubleValue()) || Double.isInfinite(number.doubleValue()))) {
            throw refused("this must be a finite number");
        }
        out.append(number);
    }

    private void object(Map<?, ?> map) {
        out.append('{');
        String comma = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String)) {
                throw refused("names of fields must be texts");
            }
            String name = (String) entry.getKey();
            int length = pointer.length();
            pointer.append('/').append(name.replace("~", "~0").replace("/", "~1"));
            out.append(comma);
            string(name);
            out.append(':');
            value(entry.getValue());
            pointer.setLength(length);
            comma = ",";
        }
        out.append('}');
    }

    private void list(Iterable<?> list) {
        out.append('[');
        int index = 0;
        for (Object value : list) {
            int length = pointer.length();
            pointer.append('/').append(index);
            out.append(index++ == 0 ? "" : ",");
            value(value);
            pointer.setLength(length);
        }
        out.append(']');
    }

    private void string(String text) {
        out.append('"');
        for (int at = 0; at < text.length(); at++) {
            char letter = text.charAt(at);
            boolean pair = Character.isHighSurrogate(letter)
                    && at + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(at + 1));
            if (pair) {
                out.append(letter).append(text.charAt(++at));
            } else if (letter == '"' || letter == '\\') {
                out.append('\\').append(letter);
            } else if (Character.isSurrogate(letter) && parts != null) {
                throw refused("this holds half of a letter and is no text");
            } else if (letter < ' ' || Character.isSurrogate(letter)) {
                out.append(String.format("\\u%04x", (int) letter));
            } else {
                out.append(letter);
            }
        }
        out.append('"');
    }

    /** The parts as the shim takes them. */
    static Object[] partsOf(List<Object> parts) {
        return parts.isEmpty() ? null : parts.toArray();
    }

    static List<Object> newParts() {
        return new ArrayList<>(2);
    }
}
