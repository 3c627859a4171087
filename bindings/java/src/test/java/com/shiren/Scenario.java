package com.shiren;

import com.shiren.testing.Sandbox;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Runs one scenario of tests/conformance; its README states the format. */
final class Scenario {
    static final Path FOLDER = People.ROOT.resolve("tests/conformance");
    private static final List<String> SECRETS =
            List.of("/juhe/key", "/juhe/openid", "/jumdata/gateway/appcode", "/baidu/api_key", "/baidu/secret_key");
    private static final Object MISSING = new Object();

    /** A way to call: blocking or with futures. */
    interface Way {
        Map<String, Object> call(Client client, String id, Map<String, Object> request, CallOptions options, Cancel cancel)
                throws Exception;
    }

    /** Waits until a call is to be cancelled. */
    interface Cancel {
        void await() throws InterruptedException;
    }

    /** A scenario that is not as it should be. */
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failed(String message) {
            super(message);
        }
    }

    private final Map<String, Object> data;
    private final Sandbox sandbox;
    private final Way way;
    private final Map<String, Object> names = new LinkedHashMap<>();
    private final Set<String> referred = new TreeSet<>();
    private Map<String, Object> config;
    private Client client;

    Scenario(Map<String, Object> data, Sandbox sandbox, Way way) {
        this.data = data;
        this.sandbox = sandbox;
        this.way = way;
        Map<String, Object> people = new LinkedHashMap<>();
        sandbox.personas().forEach((id, person) -> people.put(id, person.toMap()));
        names.put("persona", people);
        names.put("sandbox", People.map(
                "url", sandbox.url(), "authority", sandbox.url().split("://")[1], "accounts", sandbox.accounts()));
    }

    static List<String> files() {
        try (var found = Files.walk(FOLDER)) {
            return found.filter(file -> file.toString().endsWith(".json"))
                    .map(file -> FOLDER.relativize(file).toString()).sorted().toList();
        } catch (IOException error) {
            throw new java.io.UncheckedIOException(error);
        }
    }

    static Map<String, Object> load(String name) {
        return Shiren.parse(new String(People.read("tests/conformance/" + name), StandardCharsets.UTF_8));
    }

    /** RFC 7386. */
    static Object merged(Object base, Object patch) {
        if (!(patch instanceof Map<?, ?> changes)) {
            return patch;
        }
        Map<String, Object> result = new LinkedHashMap<>();
        if (base instanceof Map<?, ?> before) {
            before.forEach((name, value) -> result.put((String) name, value));
        }
        changes.forEach((name, value) -> {
            if (value == null) {
                result.remove(name);
            } else {
                result.put((String) name, merged(result.get(name), value));
            }
        });
        return result;
    }

    /** RFC 6901. */
    static Object at(Object value, String pointer) {
        String[] path = pointer.split("/", -1);
        for (String escaped : Arrays.asList(path).subList(1, path.length)) {
            String name = escaped.replace("~1", "/").replace("~0", "~");
            if (value instanceof Map<?, ?> map && map.containsKey(name)) {
                value = map.get(name);
            } else if (value instanceof List<?> list && name.matches("\\d+") && Integer.parseInt(name) < list.size()) {
                value = list.get(Integer.parseInt(name));
            } else {
                return MISSING;
            }
        }
        return value;
    }

    private static String form(Object value) {
        if (value instanceof Map<?, ?> map && map.size() == 1) {
            String name = (String) map.keySet().iterator().next();
            return name.startsWith("$") ? name : null;
        }
        return null;
    }

    /** A value with its references and forms replaced. */
    private Object value(Object value) {
        if (value instanceof String text && text.startsWith("$")) {
            return text.startsWith("$$") ? text.substring(1) : reference(text.substring(1));
        }
        String form = form(value);
        if (form != null) {
            Object of = ((Map<?, ?>) value).get(form);
            switch (form) {
                case "$file":
                    return People.read("tests/photos/" + value(of));
                case "$bytes":
                    return ((String) value(of)).getBytes(StandardCharsets.UTF_8);
                case "$join":
                    return ((List<?>) of).stream().map(one -> (String) value(one)).collect(Collectors.joining());
                case "$merge":
                    Object result = Map.of();
                    for (Object one : (List<?>) of) {
                        result = merged(result, value(one));
                    }
                    return result;
                default:
                    throw new Failed(form + " has no place here");
            }
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> found = new LinkedHashMap<>();
            map.forEach((name, one) -> found.put((String) name, value(one)));
            return found;
        }
        return value instanceof List<?> list ? new ArrayList<>(list.stream().map(this::value).toList()) : value;
    }

    private Object reference(String text) {
        int slash = text.indexOf('/');
        String name = slash < 0 ? text : text.substring(0, slash);
        String pointer = slash < 0 ? "" : text.substring(slash);
        if (!names.containsKey(name)) {
            throw new Failed("nothing is called " + name);
        }
        Object found = at(names.get(name), pointer);
        if (found == MISSING) {
            throw new Failed("there is no $" + text);
        }
        if (name.equals("persona")) {
            Object person = at(names.get(name), "/" + pointer.split("/")[1]);
            for (String field : List.of("/name", "/id_number", "/mobile")) {
                if (at(person, field) instanceof String hidden) {
                    referred.add(hidden);
                }
            }
        }
        return found;
    }

    private boolean fits(Object found, Object wanted) {
        boolean there = found != MISSING && found != null;
        String form = form(wanted);
        Object of = form == null ? null : ((Map<?, ?>) wanted).get(form);
        if ("$is".equals(form)) {
            return switch ((String) of) {
                case "present" -> there;
                case "bytes" -> found instanceof byte[] bytes && bytes.length > 0;
                default -> throw new Failed("unknown expectation " + of);
            };
        }
        if ("$contains".equals(form)) {
            return found instanceof String text && text.contains((String) value(of));
        }
        if ("$at_least".equals(form) || "$at_most".equals(form)) {
            int order = found instanceof Number ? decimal(found).compareTo(decimal(of)) : 0;
            return found instanceof Number && (form.equals("$at_least") ? order >= 0 : order <= 0);
        }
        return wanted == null ? !there : same(found, value(wanted));
    }

    private static BigDecimal decimal(Object number) {
        return new BigDecimal(number.toString());
    }

    private static boolean same(Object one, Object other) {
        if (one instanceof Number && other instanceof Number) {
            return decimal(one).compareTo(decimal(other)) == 0;
        }
        if (one instanceof byte[] first && other instanceof byte[] second) {
            return Arrays.equals(first, second);
        }
        if (one instanceof Map<?, ?> first && other instanceof Map<?, ?> second) {
            return first.keySet().equals(second.keySet())
                    && first.keySet().stream().allMatch(name -> same(first.get(name), second.get(name)));
        }
        if (one instanceof List<?> first && other instanceof List<?> second) {
            boolean same = first.size() == second.size();
            for (int index = 0; same && index < first.size(); index++) {
                same = same(first.get(index), second.get(index));
            }
            return same;
        }
        return one == null ? other == null : one.equals(other);
    }

    private void expect(Object found, Object wanted) {
        Map<?, ?> pointers = (Map<?, ?>) wanted;
        if (pointers.isEmpty()) {
            throw new Failed("an empty expectation");
        }
        pointers.forEach((pointer, value) -> {
            Object there = at(found, (String) pointer);
            if (!fits(there, value)) {
                throw new Failed(pointer + ": " + (there == MISSING ? "missing" : there) + ", expected " + value);
            }
        });
    }

    /** An error holds no person and no key. */
    private void look(ShirenException error) {
        String shown = error.getMessage() + error + error.toJson() + error.plainMessage();
        Set<String> hidden = new HashSet<>(referred);
        SECRETS.forEach(pointer -> {
            if (at(config.get("accounts"), pointer) instanceof String key && !key.isEmpty()) {
                hidden.add(key);
            }
        });
        if (hidden.stream().anyMatch(shown::contains)) {
            throw new Failed("an error tells what it must not");
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    private Client make(Map<String, Object> config) {
        return Client.fromJson(Shiren.write(config)).build();
    }

    void run() throws Exception {
        known(data, Set.of("note", "config", "steps", "ledger", "journal"), Set.of("note", "steps", "ledger"));
        sandbox.reset();
        Map<String, Object> base = People.map(
                "accounts", sandbox.accounts(), "test_mode", true, "connect_timeout_ms", 5000, "timeout_ms", 10_000);
        config = object(merged(base, value(data.getOrDefault("config", Map.of()))));
        client = make(config);
        try {
            int number = 0;
            for (Object step : (List<?>) data.get("steps")) {
                try {
                    step(object(step));
                } catch (Failed failed) {
                    throw new Failed("step " + number + ": " + failed.getMessage());
                }
                number++;
            }
            booked("ledger", sandbox.ledger());
            booked("journal", data.containsKey("journal") ? sandbox.journal() : List.of());
        } finally {
            client.close();
        }
    }

    private void booked(String what, List<Map<String, Object>> entries) {
        List<Object> operations = new ArrayList<>(entries.stream().map(entry -> entry.get("operation")).toList());
        if (data.containsKey(what) && !operations.equals(data.get(what))) {
            throw new Failed(what + ": " + operations + ", expected " + data.get(what));
        }
    }

    private void step(Map<String, Object> step) throws Exception {
        Set<String> kinds = new HashSet<>(
                Set.of("call", "open", "close", "wait_ms", "clock", "fault", "settings", "complete"));
        kinds.retainAll(step.keySet());
        if (kinds.size() != 1) {
            throw new Failed("a step does one thing");
        }
        String kind = kinds.iterator().next();
        Set<String> fields = new HashSet<>(Set.of(kind, "save"));
        fields.addAll(switch (kind) {
            case "call" -> Set.of("request", "options", "cancel", "reply", "error");
            case "open" -> Set.of("error");
            case "wait_ms" -> Set.of();
            default -> Set.of("reply");
        });
        known(step, fields, Set.of(kind));
        if (kind.equals("call") && step.containsKey("reply") == step.containsKey("error")) {
            throw new Failed("a call has a reply or an error");
        }
        Object result;
        boolean failed = false;
        try {
            result = act(kind, step);
        } catch (ShirenException error) {
            look(error);
            failed = true;
            result = Shiren.parse(error.toJson());
        }
        if (failed != step.containsKey("error")) {
            throw new Failed("ended with " + (failed ? result : "a reply"));
        }
        Object wanted = step.containsKey("error") ? step.get("error") : step.get("reply");
        if (wanted != null) {
            expect(result, wanted);
        }
        for (Map.Entry<String, Object> save : object(step.getOrDefault("save", Map.of())).entrySet()) {
            Object part = at(result, (String) save.getValue());
            if (part == MISSING) {
                throw new Failed("nothing to save at " + save.getValue());
            }
            names.put(save.getKey(), part);
        }
    }

    private Object act(String kind, Map<String, Object> step) throws Exception {
        switch (kind) {
            case "call":
                return call(step);
            case "open":
                config = object(merged(config, value(step.get("open"))));
                Client opened = make(config);
                client.close();
                client = opened;
                return null;
            case "close":
                client.close();
                return null;
            case "wait_ms":
                Thread.sleep((Long) step.get("wait_ms"));
                return null;
            default:
                Map<String, Object> body = new LinkedHashMap<>(object(value(step.get(kind))));
                String path = switch (kind) {
                    case "clock" -> "/clock";
                    case "fault" -> "/faults";
                    case "settings" -> "/settings";
                    default -> "/sessions/" + body.remove("session") + "/complete";
                };
                try {
                    return sandbox.ask("POST", path, body);
                } catch (IllegalStateException refused) {
                    throw new Failed(refused.getMessage());
                }
        }
    }

    private Object call(Map<String, Object> step) throws Exception {
        Map<String, Object> given = object(step.getOrDefault("options", Map.of()));
        known(given, Set.of("raw", "timeout_ms"), Set.of());
        CallOptions options = Boolean.TRUE.equals(given.get("raw")) ? CallOptions.raw() : CallOptions.DEFAULT;
        if (given.containsKey("timeout_ms")) {
            options = options.withTimeout(java.time.Duration.ofMillis((Long) given.get("timeout_ms")));
        }
        Map<String, Object> request = object(value(step.getOrDefault("request", Map.of())));
        Cancel cancel = null;
        if (step.containsKey("cancel")) {
            Map<String, Object> how = object(step.get("cancel"));
            known(how, Set.of("charges", "after_ms"), Set.of());
            cancel = () -> {
                while (sandbox.billed() < (Long) how.getOrDefault("charges", 0L)) {
                    Thread.sleep(10);
                }
                Thread.sleep((Long) how.getOrDefault("after_ms", 0L));
            };
        }
        return way.call(client, (String) step.get("call"), request, options, cancel);
    }

    private static void known(Map<String, Object> data, Set<String> fields, Set<String> needed) {
        if (!fields.containsAll(data.keySet()) || !data.keySet().containsAll(needed)) {
            throw new Failed("fields are " + data.keySet() + ", of " + fields + " with " + needed);
        }
    }
}
