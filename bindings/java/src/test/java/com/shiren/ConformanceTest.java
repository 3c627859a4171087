package com.shiren;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.shiren.testing.Sandbox;
import com.shiren.testing.ShirenExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every conformance scenario, blocking and with futures; known answers of local operations. */
@ExtendWith(ShirenExtension.class)
class ConformanceTest {
    /** On this thread; cancelled by an interrupt. */
    private static final Scenario.Way BLOCKING = (client, id, request, options, cancel) -> {
        if (cancel == null) {
            return client.call(id, request, options);
        }
        Thread caller = Thread.currentThread();
        Thread interrupter = new Thread(() -> {
            try {
                cancel.await();
            } catch (InterruptedException error) {
                return;
            }
            caller.interrupt();
        });
        interrupter.start();
        try {
            return client.call(id, request, options);
        } finally {
            Thread.interrupted();
            interrupter.interrupt();
            interrupter.join();
        }
    };

    /** With a future; cancelled by cancelling it, which ends it in Java's own way: the bill is the observer's. */
    private static final Scenario.Way FUTURES = (client, id, request, options, cancel) -> {
        List<Outcome> told = Collections.synchronizedList(new ArrayList<>());
        if (cancel != null) {
            client.onOutcome(told::add);
        }
        CompletableFuture<Map<String, Object>> future = client.callAsync(id, request, options);
        if (cancel != null) {
            cancel.await();
            future.cancel(true);
        }
        try {
            return future.get();
        } catch (ExecutionException error) {
            throw (Exception) error.getCause();
        } catch (CancellationException error) {
            for (int look = 0; told.isEmpty() && look < 500; look++) {
                client.flush(Duration.ofSeconds(1));
                Thread.sleep(10);
            }
            Outcome outcome = told.get(told.size() - 1);
            assertTrue(outcome.cancelled());
            throw ShirenException.fromJson(Shiren.write(People.map(
                    "kind", "cancelled", "message", "cancelled", "billed", outcome.billed(), "retryable", false,
                    "vendor", outcome.vendor().map(Word::toString).orElse(null))));
        }
    };

    private static final Map<String, Scenario.Way> WAYS = Map.of("blocking", BLOCKING, "futures", FUTURES);

    @TestFactory
    Stream<DynamicTest> scenarios(Sandbox sandbox) {
        return Scenario.files().stream().flatMap(name -> WAYS.entrySet().stream().map(way -> DynamicTest.dynamicTest(
                name + ", " + way.getKey(), () -> new Scenario(Scenario.load(name), sandbox, way.getValue()).run())));
    }

    /** The scenario with one expectation after another made wrong. */
    private static List<Map<String, Object>> spoiled(Map<String, Object> data) {
        List<Map<String, Object>> found = new ArrayList<>();
        List<?> steps = (List<?>) data.get("steps");
        for (int number = 0; number < steps.size(); number++) {
            Map<?, ?> step = (Map<?, ?>) steps.get(number);
            for (String kind : List.of("reply", "error")) {
                if (!(step.get(kind) instanceof Map<?, ?> wanted)) {
                    continue;
                }
                for (Object pointer : wanted.keySet()) {
                    Map<Object, Object> wrong = new LinkedHashMap<>(wanted);
                    wrong.put(pointer, Map.of("$contains", "another"));
                    found.add(with(data, number, kind, wrong));
                }
                if (step.containsKey("call")) {
                    Map<String, Object> without = with(data, number, kind, null);
                    found.add(with(without, number, kind.equals("reply") ? "error" : "reply", wanted));
                }
            }
        }
        Map<String, Object> charged = new LinkedHashMap<>(data);
        List<Object> ledger = new ArrayList<>((List<?>) data.get("ledger"));
        ledger.add("one.more");
        charged.put("ledger", ledger);
        found.add(charged);
        return found;
    }

    private static Map<String, Object> with(Map<String, Object> data, int number, String field, Object value) {
        List<Object> steps = new ArrayList<>((List<?>) data.get("steps"));
        steps.set(number, Scenario.merged(steps.get(number), People.map(field, null)));
        if (value != null) {
            Map<Object, Object> step = new LinkedHashMap<>((Map<?, ?>) steps.get(number));
            step.put(field, value);
            steps.set(number, step);
        }
        Map<String, Object> found = new LinkedHashMap<>(data);
        found.put("steps", steps);
        return found;
    }

    @TestFactory
    Stream<DynamicTest> theRunnerCanFail(Sandbox sandbox) {
        List<String> names = List.of(
                "compare/passes.json", "liveness/juhe_passed.json", "local/page_qr.json", "paid/dropped_after_billing.json");
        return names.stream().flatMap(name -> WAYS.entrySet().stream().map(way -> DynamicTest.dynamicTest(name + ", " + way.getKey(), () -> {
            List<Map<String, Object>> wrong = spoiled(Scenario.load(name));
            assertTrue(wrong.size() > 2);
            for (Map<String, Object> data : wrong) {
                assertThrows(Scenario.Failed.class, () -> new Scenario(data, sandbox, way.getValue()).run());
            }
        })));
    }

    /** What is named must be there; lists are compared whole; bytes are Base64 there. */
    private static boolean contains(Object found, Object wanted) {
        if (found instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes).equals(wanted);
        }
        if (wanted instanceof Map<?, ?> fields) {
            return found instanceof Map<?, ?> map
                    && fields.entrySet().stream().allMatch(one -> contains(map.get(one.getKey()), one.getValue()));
        }
        if (wanted instanceof List<?> list) {
            boolean same = found instanceof List<?> there && there.size() == list.size();
            for (int index = 0; same && index < list.size(); index++) {
                same = contains(((List<?>) found).get(index), list.get(index));
            }
            return same;
        }
        if (wanted instanceof Number && found instanceof Number) {
            return new java.math.BigDecimal(wanted.toString()).compareTo(new java.math.BigDecimal(found.toString())) == 0;
        }
        return wanted == null ? found == null : wanted.equals(found);
    }

    @TestFactory
    Stream<DynamicTest> knownAnswers() {
        return Shiren.operations().entrySet().stream().filter(one -> !one.getValue().equals("remote")).flatMap(one -> {
            Path folder = People.ROOT.resolve("tests/vectors/" + one.getKey().replace('.', '/'));
            return vectors(folder).stream().map(file -> DynamicTest.dynamicTest(
                    one.getKey() + ", " + file.getFileName(), () -> knownAnswer(one.getKey(), file)));
        });
    }

    private static List<Path> vectors(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static void knownAnswer(String id, Path file) throws IOException {
        Map<String, Object> vector = Shiren.parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        if (vector.containsKey("now")) {
            return;
        }
        @SuppressWarnings("unchecked")
        Map<String, Object> request = (Map<String, Object>) vector.get("request");
        try (Client client = Client.sandbox("http://127.0.0.1:1").build()) {
            Map<String, Object> found;
            Object wanted;
            try {
                found = client.call(id, request);
                wanted = vector.getOrDefault("response", "an error");
            } catch (ShirenException error) {
                found = Shiren.parse(error.toJson());
                wanted = vector.getOrDefault("error", "a reply");
            }
            assertTrue(contains(found, wanted), found.toString());
        }
    }
}
