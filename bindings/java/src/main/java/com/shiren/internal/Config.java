package com.shiren.internal;

import com.shiren.Secret;
import com.shiren.ShirenException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A configuration: a tree of fields, whose secrets may be references. */
public final class Config {
    private final Map<String, Object> fields;

    private Config(Map<String, Object> fields) {
        this.fields = fields;
    }

    /** Nothing yet. */
    public static Config empty() {
        return new Config(Collections.emptyMap());
    }

    /** Out of JSON text, where {@code {"env": NAME}} and {@code {"file": PATH}} refer to secrets. */
    public static Config fromJson(String text) {
        try {
            return new Config(referred(Json.parseObject(text), ""));
        } catch (IllegalArgumentException error) {
            throw ShirenException.of("configuration", "the configuration is not valid JSON: an object is expected", null, null);
        }
    }

    /** The accounts of a sandbox, in test mode. */
    public static Config sandbox(String url) {
        return empty().with("/sandbox", url);
    }

    /** This and one field more. */
    public Config with(String pointer, Object value) {
        if (!pointer.startsWith("/") || pointer.length() < 2) {
            throw ShirenException.of("configuration", "a field is named by a JSON pointer, as /accounts/juhe/key", pointer, null);
        }
        return new Config(with(fields, pointer.substring(1).split("/", -1), 0, value));
    }

    private static Map<String, Object> with(Map<String, Object> into, String[] path, int at, Object value) {
        Map<String, Object> found = new LinkedHashMap<>(into);
        String name = path[at].replace("~1", "/").replace("~0", "~");
        if (at == path.length - 1) {
            found.put(name, value);
            return found;
        }
        Object inner = found.get(name);
        @SuppressWarnings("unchecked")
        Map<String, Object> map = inner instanceof Map ? (Map<String, Object>) inner : Collections.emptyMap();
        found.put(name, with(map, path, at + 1, value));
        return found;
    }

    /** For the library, with secrets revealed. */
    String json() {
        return JsonWriter.text(revealed(fields, ""));
    }

    private static Map<String, Object> referred(Map<?, ?> map, String field) {
        Map<String, Object> found = new LinkedHashMap<>();
        map.forEach((name, value) -> {
            String pointer = field + "/" + name;
            if (value instanceof Map) {
                Secret secret = ConfigFields.GROUPS.contains(pointer) ? null : secret((Map<?, ?>) value);
                found.put((String) name, secret == null ? referred((Map<?, ?>) value, pointer) : secret);
            } else if (value != null) {
                found.put((String) name, value);
            }
        });
        return found;
    }

    private static Secret secret(Map<?, ?> map) {
        if (map.size() == 1 && map.get("env") instanceof String) {
            return Secret.env((String) map.get("env"));
        }
        return map.size() == 1 && map.get("file") instanceof String ? Secret.file((String) map.get("file")) : null;
    }

    private static Object revealed(Object value, String field) {
        if (value instanceof Secret) {
            return Revealed.of((Secret) value, field);
        }
        if (value instanceof Map) {
            Map<String, Object> found = new LinkedHashMap<>();
            ((Map<?, ?>) value).forEach((name, inner) -> found.put((String) name, revealed(inner, field + "/" + name)));
            return found;
        }
        boolean known = value == null || value instanceof String || value instanceof Number || value instanceof Boolean
                || value instanceof List;
        if (!known) {
            throw ShirenException.of(
                    "configuration", value.getClass().getName() + " has no place in a configuration", field, null);
        }
        return value;
    }

    /** Everything but secrets; what this version does not know is held to be one. */
    @Override
    public String toString() {
        return masked(fields, "").toString();
    }

    private static Object masked(Object value, String field) {
        if (value instanceof Map) {
            Map<String, Object> found = new TreeMap<>();
            ((Map<?, ?>) value).forEach((name, inner) -> found.put((String) name, masked(inner, field + "/" + name)));
            return found;
        }
        return value instanceof Secret || ConfigFields.PLAIN.contains(field) ? value : "***";
    }
}
