package com.shiren.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.shiren.InvalidArgumentException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** JSON, also from an enemy. */
class JsonTest {
    @Test
    void valuesAreRead() {
        assertEquals(Arrays.asList(null, true, false, 0L, -12L, "a\"\\/\b\f\n\r\t\u00e9𠮷", Map.of(), List.of()), Json.parse(
                " [ null , true,false,0,-12,\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00E9\\ud842\\udfb7\" , { } , [ ] ]\r\n\t"));
        assertEquals(List.of("a", "b"), new ArrayList<>(((Map<?, ?>) Json.parse("{\"a\":{\"b\":[1]},\"b\":2}")).keySet()));
        assertEquals(Long.MAX_VALUE, Json.parse("9223372036854775807"));
    }

    @Test
    void numbersKeepTheirSpelling() {
        for (String number : new String[] {"1.0", "-0", "1e400", "1E+2", "0.1", "123456789012345678901234567890", "1e999999999999"}) {
            Object read = Json.parse(number);
            assertEquals(number, read.toString());
            assertEquals("[" + number + "]", JsonWriter.text(List.of(read)));
            assertEquals(read, Json.parse(number));
        }
        assertEquals(0.1, ((Number) Json.parse("0.1")).doubleValue());
        assertTrue(Double.isInfinite(((Number) Json.parse("1e400")).doubleValue()));
    }

    @Test
    void whatIsNoJsonIsRefusedAndNotQuoted() {
        String[] wrong = {
            "", " ", "nul", "nulll", "tru", "True", "NaN", "Infinity", "+1", "01", "-", "1.", ".5", "1e", "1e+", "0x1", "--1",
            "'secret'", "\"secret", "\"secret\n\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\u\uff11\uff12\uff13\uff14\"", "\"\\",
            "{", "{\"secret\"", "{\"secret\":", "{\"secret\":1", "{\"secret\":1,}", "{secret:1}", "{1:2}", "{\"a\" 1}", "[1 2]",
            "[", "[1", "[1,", "[1,]", "[,1]", "]", "}", "1 2", "{} {}", "[]]", "\u00a01", "\ufeff1", "// x\n1", "/* x */1", "\u0000",
        };
        for (String text : wrong) {
            IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> Json.parse(text), text);
            assertFalse(error.getMessage().contains("secret"), error.getMessage());
        }
        for (byte[] bytes : new byte[][] {{'"', (byte) 0xff, '"'}, {'"', (byte) 0xc0, (byte) 0x80, '"'},
                {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}}) {
            assertThrows(IllegalArgumentException.class, () -> Json.parse(bytes));
        }
        assertThrows(IllegalArgumentException.class, () -> Json.parseObject("[]"));
    }

    @Test
    void depthIsBounded() {
        assertThrows(IllegalArgumentException.class, () -> Json.parse("[".repeat(1_000_000)));
        assertThrows(IllegalArgumentException.class, () -> Json.parse("{\"a\":".repeat(1_000_000)));
        Json.parse("[".repeat(250) + "]".repeat(250));
    }

    @Test
    void everyPrefixAndEveryBrokenByteEnds() {
        byte[] whole = "{\"a\":[1,-2.5e3,\"\\u00e9\\n𠮷\",null,true,{\"b\":{}}],\"c\":\"\"}".getBytes(StandardCharsets.UTF_8);
        Json.parse(whole);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(IllegalArgumentException.class, () -> Json.parse(cut));
            for (int bit = 0; bit < 8; bit++) {
                byte[] broken = whole.clone();
                broken[length] ^= (byte) (1 << bit);
                try {
                    Json.parse(broken);
                } catch (IllegalArgumentException refused) {
                    assertTrue(refused.getMessage().startsWith("JSON"), refused.getMessage());
                }
            }
        }
    }

    @Test
    void whatWasReadCannotBeChanged() {
        Map<String, Object> read = Json.parseObject("{\"a\":[{}]}");
        assertThrows(UnsupportedOperationException.class, () -> read.put("b", 1));
        assertThrows(UnsupportedOperationException.class, () -> ((List<?>) read.get("a")).clear());
    }

    @Test
    void writing() {
        assertEquals("{\"a\":\"\\u0000\\u001f\\\"\\\\é\\ud800𠮷\",\"b\":\"AQI=\"}", JsonWriter.text(new java.util.TreeMap<>(
                Map.of("a", "\u0000\u001f\"\\é\ud800𠮷", "b", new byte[] {1, 2}))));
        List<Object> parts = new ArrayList<>();
        byte[] photo = {1};
        assertEquals("{\"a/b~\":[null]}", new String(
                JsonWriter.request(Map.of("a/b~", List.of(photo)), parts), StandardCharsets.UTF_8));
        assertEquals("/a~1b~0/0\0", new String((byte[]) parts.get(0), StandardCharsets.UTF_8));
        assertEquals(photo, parts.get(1));
        assertThrows(InvalidArgumentException.class, () -> JsonWriter.request(Map.of("a", "\udfff"), parts));
        assertThrows(InvalidArgumentException.class, () -> JsonWriter.request(Map.of("a\0", photo), parts));
    }

    @Test
    void platforms() {
        assertEquals("linux-x86_64", Library.platform("Linux", "amd64"));
        assertEquals("macos-aarch64", Library.platform("Mac OS X", "aarch64"));
        assertEquals("windows-x86_64", Library.platform("Windows 11", "amd64"));
    }
}
