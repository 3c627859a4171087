package com.shiren.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON as RFC 8259 has it and nothing else. Objects become maps in their order, lists become lists, and neither can be
 * changed; whole numbers that fit become {@code Long}, others {@link Spelled}. Its errors never quote the text.
 */
public final class Json {
    /** How deep a value may be nested. */
    static final int DEPTH = 256;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** Reads one value. */
    public static Object parse(byte[] utf8) {
        try {
            return parse(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
        } catch (CharacterCodingException error) {
            throw new IllegalArgumentException("JSON: not UTF-8");
        }
    }

    /** Reads one value. */
    public static Object parse(String text) {
        Json json = new Json(text);
        json.blanks();
        Object value = json.value(0);
        json.blanks();
        if (json.at < text.length()) {
            throw json.wrong("something behind the value");
        }
        return value;
    }

    /** Reads one object. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> parseObject(byte[] utf8) {
        Object value = parse(utf8);
        if (value instanceof Map) {
            return (Map<String, Object>) value;
        }
        throw new IllegalArgumentException("JSON: an object is expected");
    }

    /** Reads one object. */
    public static Map<String, Object> parseObject(String text) {
        return parseObject(text.getBytes(StandardCharsets.UTF_8));
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("JSON, at character " + at + ": " + what);
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("it ends early");
        }
        return text.charAt(at);
    }

    private void blanks() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean take(char letter) {
        boolean there = at < text.length() && text.charAt(at) == letter;
        if (there) {
            at++;
        }
        return there;
    }

    private Object value(int depth) {
        if (depth > DEPTH) {
            throw wrong("nested too deep");
        }
        switch (peek()) {
            case '{':
                return object(depth);
            case '[':
                return list(depth);
            case '"':
                return string();
            case 't':
                return word("true", Boolean.TRUE);
            case 'f':
                return word("false", Boolean.FALSE);
            case 'n':
                return word("null", null);
            default:
                return number();
        }
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong("no value");
        }
        at += word.length();
        return value;
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> found = new LinkedHashMap<>();
        at++;
        blanks();
        if (take('}')) {
            return Collections.unmodifiableMap(found);
        }
        do {
            blanks();
            if (peek() != '"') {
                throw wrong("a name is expected");
            }
            String name = string();
            blanks();
            if (!take(':')) {
                throw wrong("a colon is expected");
            }
            blanks();
            found.put(name, value(depth + 1));
            blanks();
        } while (take(','));
        if (!take('}')) {
            throw wrong("a comma or the end of the object is expected");
        }
        return Collections.unmodifiableMap(found);
    }

    private List<Object> list(int depth) {
        List<Object> found = new ArrayList<>();
        at++;
        blanks();
        if (take(']')) {
            return Collections.unmodifiableList(found);
        }
        do {
            blanks();
            found.add(value(depth + 1));
            blanks();
        } while (take(','));
        if (!take(']')) {
            throw wrong("a comma or the end of the list is expected");
        }
        return Collections.unmodifiableList(found);
    }

    private String string() {
        int begin = ++at;
        StringBuilder built = null;
        while (true) {
            char letter = peek();
            if (letter == '"') {
                String rest = text.substring(begin, at++);
                return built == null ? rest : built.append(rest).toString();
            }
            if (letter < ' ') {
                throw wrong("a control character in a text");
            }
            at++;
            if (letter == '\\') {
                built = built == null ? new StringBuilder() : built;
                built.append(text, begin, at - 1).append(escape());
                begin = at;
            }
        }
    }

    private char escape() {
        char letter = peek();
        int known = "\"\\/bfnrt".indexOf(letter);
        at++;
        if (known >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(known);
        }
        if (letter != 'u' || at + 4 > text.length()) {
            throw wrong("an unknown escape");
        }
        int unit = 0;
        for (int end = at + 4; at < end; at++) {
            int digit = text.charAt(at) < 128 ? Character.digit(text.charAt(at), 16) : -1;
            if (digit < 0) {
                throw wrong("an unknown escape");
            }
            unit = unit * 16 + digit;
        }
        return (char) unit;
    }

    private Number number() {
        int begin = at;
        take('-');
        if (!take('0')) {
            digits();
        }
        boolean whole = true;
        if (take('.')) {
            whole = false;
            digits();
        }
        if (take('e') || take('E')) {
            whole = false;
            if (!take('+')) {
                take('-');
            }
            digits();
        }
        String spelled = text.substring(begin, at);
        if (whole && !spelled.equals("-0")) {
            try {
                return Long.valueOf(spelled);
            } catch (NumberFormatException tooLong) {
                return new Spelled(spelled);
            }
        }
        return new Spelled(spelled);
    }

    private void digits() {
        int begin = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == begin) {
            throw wrong("no value");
        }
    }

    /** A number that is kept as it was spelled: a fraction, an exponent, or more digits than a {@code long} holds. */
    public static final class Spelled extends Number {
        private static final long serialVersionUID = 1;
        private final String spelled;

        Spelled(String spelled) {
            this.spelled = spelled;
        }

        @Override
        public int intValue() {
            return (int) longValue();
        }

        @Override
        public long longValue() {
            return (long) doubleValue();
        }

        @Override
        public float floatValue() {
            return Float.parseFloat(spelled);
        }

        @Override
        public double doubleValue() {
            return Double.parseDouble(spelled);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Spelled && ((Spelled) other).spelled.equals(spelled);
        }

        @Override
        public int hashCode() {
            return spelled.hashCode();
        }

        @Override
        public String toString() {
            return spelled;
        }
    }
}
