package com.shiren;

import com.shiren.internal.JsonWriter;
import com.shiren.internal.Reads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A request, a reply, or a part of one. It cannot be changed. It keeps everything that came, also fields that this version does
 * not know; {@code toString} shows neither a person's data nor a secret.
 */
public abstract class Model {
    private final Map<String, Object> fields;

    /** Of these fields, which nobody changes any more. */
    protected Model(Map<String, Object> fields) {
        this.fields = fields;
    }

    /** Everything, by the names of the wire: texts, numbers, flags, lists, maps, and byte[] that are to be left as they are; and what {@code toString} hides. */
    public final Map<String, Object> toMap() {
        return fields;
    }

    /** Everything as JSON text, bytes as Base64; and what {@code toString} hides. */
    public final String toJson() {
        return JsonWriter.text(fields);
    }

    /** A field that is always there. */
    protected final <T> T required(String name, Function<Object, T> read) {
        Object value = fields.get(name);
        if (value == null) {
            throw ShirenException.of("decode", "a field is missing", "/" + name, null);
        }
        return read(name, value, read);
    }

    /** A field that may be missing. */
    protected final <T> Optional<T> optional(String name, Function<Object, T> read) {
        Object value = fields.get(name);
        return value == null ? Optional.empty() : Optional.of(read(name, value, read));
    }

    /** A list; empty when it is missing. */
    protected final <T> List<T> list(String name, Function<Object, T> read) {
        Object value = fields.get(name);
        if (value == null) {
            return Collections.emptyList();
        }
        List<T> found = new ArrayList<>();
        read(name, value, list -> {
            for (Object one : Reads.list(list)) {
                found.add(read.apply(one));
            }
            return found;
        });
        return Collections.unmodifiableList(found);
    }

    private static <T> T read(String name, Object value, Function<Object, T> read) {
        try {
            return read.apply(value);
        } catch (ShirenException wrong) {
            if (wrong.field().isPresent()) {
                throw wrong;
            }
            throw ShirenException.of("decode", wrong.plainMessage(), "/" + name, null);
        }
    }

    /** Sets a field of a request in the making; {@code null}: leaves it out. */
    protected static void set(Map<String, Object> fields, String name, Object value) {
        if (value == null) {
            fields.remove(name);
        } else if (value instanceof byte[]) {
            fields.put(name, ((byte[]) value).clone());
        } else if (value instanceof Path) {
            fields.put(name, JsonWriter.read((Path) value));
        } else if (value instanceof List) {
            fields.put(name, Collections.unmodifiableList(new ArrayList<>((List<?>) value)));
        } else {
            fields.put(name, value);
        }
    }

    /** The fields of a finished request. */
    protected static Map<String, Object> finished(Map<String, Object> fields) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** What {@code toString} shows: names of fields, those masked that begin with {@code *}, each with what reads it if it is a model. */
    @SuppressWarnings("unchecked")
    protected final String shown(String name, Object... parts) {
        StringBuilder text = new StringBuilder(name).append('{');
        String comma = "";
        for (int at = 0; at < parts.length; at++) {
            String field = (String) parts[at];
            boolean masked = field.startsWith("*");
            boolean model = at + 1 < parts.length && parts[at + 1] instanceof Function;
            Function<Object, ?> read = model ? (Function<Object, ?>) parts[++at] : null;
            Object value = fields.get(masked ? field.substring(1) : field);
            if (value != null) {
                text.append(comma).append(masked ? field.substring(1) : field).append('=');
                text.append(masked ? "***" : shown(value, read));
                comma = ", ";
            }
        }
        return text.append('}').toString();
    }

    private static String shown(Object value, Function<Object, ?> read) {
        if (value instanceof byte[]) {
            return ((byte[]) value).length + " bytes";
        }
        if (value instanceof List) {
            List<String> found = new ArrayList<>();
            ((List<?>) value).forEach(one -> found.add(shown(one, read)));
            return found.toString();
        }
        // What a map of unknown fields holds, nobody knows; the names alone say nothing about a person.
        if (value instanceof Map) {
            return read == null ? ((Map<?, ?>) value).keySet().toString() : String.valueOf(read.apply(value));
        }
        return String.valueOf(value);
    }

    @Override
    public final boolean equals(Object other) {
        return other != null && other.getClass() == getClass() && same(fields, ((Model) other).fields);
    }

    private static boolean same(Object one, Object other) {
        if (one instanceof byte[]) {
            return other instanceof byte[] && Arrays.equals((byte[]) one, (byte[]) other);
        }
        if (one instanceof Map && other instanceof Map) {
            Map<?, ?> first = (Map<?, ?>) one;
            Map<?, ?> second = (Map<?, ?>) other;
            return first.size() == second.size()
                    && first.entrySet().stream().allMatch(entry ->
                            second.containsKey(entry.getKey()) && same(entry.getValue(), second.get(entry.getKey())));
        }
        if (one instanceof List && other instanceof List) {
            List<?> first = (List<?>) one;
            List<?> second = (List<?>) other;
            boolean same = first.size() == second.size();
            for (int at = 0; same && at < first.size(); at++) {
                same = same(first.get(at), second.get(at));
            }
            return same;
        }
        return one == null ? other == null : one.equals(other);
    }

    @Override
    public final int hashCode() {
        return fields.keySet().hashCode();
    }
}
