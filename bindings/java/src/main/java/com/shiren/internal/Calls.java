package com.shiren.internal;

import com.shiren.CallOptions;
import com.shiren.Outcome;
import com.shiren.ShirenException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/** What the methods of a client come to. */
public final class Calls {
    private final Core core;
    private final Executor executor;

    /** Makes the native client. */
    public Calls(Config config, Executor executor) {
        this.core = new Core(config, this);
        this.executor = executor == null ? Pool.EXECUTOR : executor;
    }

    /** Runs an operation and waits for its reply. */
    public <T> T run(String operation, Object fields, CallOptions options, Function<Map<String, Object>, T> model) {
        if (place(operation).equals("local")) {
            return model.apply(core.run(operation, fields));
        }
        if (Thread.currentThread().isInterrupted()) {
            throw ShirenException.of("cancelled", "the thread was interrupted before the call: nothing was sent", null, null);
        }
        Waiter waiter = new Waiter();
        core.start(operation, fields, options, waiter);
        return model.apply(waiter.await(core).read());
    }

    /** Starts an operation. */
    public <T> CompletableFuture<T> start(
            String operation, Object fields, CallOptions options, Function<Map<String, Object>, T> model) {
        CallFuture<T> future = new CallFuture<>(core, executor, model, this);
        try {
            core.start(operation, fields, options, future.pending);
        } catch (ShirenException error) {
            future.completeExceptionally(error);
        }
        return future;
    }

    /** Runs what needs no client. */
    public static <T> T local(String operation, Object fields, Function<Map<String, Object>, T> model) {
        return model.apply(Core.local(0, operation, fields));
    }

    /** Counters and limits. */
    public Map<String, Object> state() {
        return core.state();
    }

    /** Tells an observer of each call's end. */
    public void onOutcome(Consumer<? super Outcome> observer) {
        core.onOutcome(observer);
    }

    /** Waits until observers and loggers have been told. */
    public boolean flush(long timeoutMs) throws InterruptedException {
        return Events.flush(timeoutMs);
    }

    /** Closes the client. */
    public void close(long timeoutMs) {
        core.close(timeoutMs);
    }

    /** Whether it was closed. */
    public boolean closed() {
        return core.closed();
    }

    /** What it was made of; secrets are masked. */
    @Override
    public String toString() {
        return core.config() + (core.closed() ? ", closed" : "");
    }

    /** The version of the native library. */
    public static String version() {
        Library.load();
        return new String(Native.version(), StandardCharsets.UTF_8);
    }

    /** Every operation: its id, and {@code remote}, {@code local} or {@code heavy}. */
    public static Map<String, String> operations() {
        return Places.BY_ID;
    }

    private static String place(String operation) {
        return Places.BY_ID.getOrDefault(operation, "remote");
    }

    /** Read at the first call. */
    private static final class Places {
        static final Map<String, String> BY_ID = read();

        private static Map<String, String> read() {
            Library.load();
            Map<String, String> found = new LinkedHashMap<>();
            for (Object one : (List<?>) Json.parse(Native.operations())) {
                Map<?, ?> operation = (Map<?, ?>) one;
                found.put((String) operation.get("id"), (String) operation.get("place"));
            }
            return Collections.unmodifiableMap(found);
        }
    }
}
