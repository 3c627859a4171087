package com.shiren.internal;

import com.shiren.ShirenException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a call ended with, not read yet: whoever waits for it reads it, and not the thread that collects. */
final class Raw {
    private final byte[] json;
    private final boolean failed;
    private long reply;

    /** @param reply the handle of a reply that has bytes, or 0 */
    Raw(int status, byte[] json, long reply) {
        this.failed = status != Native.OK;
        this.json = json;
        this.reply = reply;
    }

    /** The reply, or its error thrown. To be called once. */
    Map<String, Object> read() {
        try {
            if (failed) {
                throw error(json);
            }
            Map<String, Object> found;
            try {
                found = Json.parseObject(json);
            } catch (IllegalArgumentException error) {
                throw ShirenException.of("internal", "a reply of the library cannot be read: " + error.getMessage(), null, null);
            }
            return reply == 0 ? found : object(found, "");
        } finally {
            free();
        }
    }

    /** The error that the library wrote as JSON. */
    static ShirenException error(byte[] json) {
        return ShirenException.fromJson(new String(json, StandardCharsets.UTF_8));
    }

    private void free() {
        java.util.Arrays.fill(json, (byte) 0);
        if (reply != 0) {
            Native.responseFree(reply);
            reply = 0;
        }
    }

    private Map<String, Object> object(Map<String, Object> from, String pointer) {
        Map<String, Object> found = new LinkedHashMap<>();
        from.forEach((name, value) -> found.put(name, value(value, pointer + "/" + name.replace("~", "~0").replace("/", "~1"))));
        return Collections.unmodifiableMap(found);
    }

    @SuppressWarnings("unchecked")
    private Object value(Object value, String pointer) {
        if (value instanceof Map) {
            Map<String, Object> map = (Map<String, Object>) value;
            if (map.size() == 1 && map.get("part") instanceof String) {
                byte[] bytes = Native.responseData(reply, (pointer + "\0").getBytes(StandardCharsets.UTF_8));
                if (bytes != null) {
                    return bytes;
                }
            }
            return object(map, pointer);
        }
        if (value instanceof List) {
            List<Object> found = new ArrayList<>();
            for (Object one : (List<Object>) value) {
                found.add(value(one, pointer + "/" + found.size()));
            }
            return Collections.unmodifiableList(found);
        }
        return value;
    }
}
