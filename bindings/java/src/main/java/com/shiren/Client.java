package com.shiren;

import com.shiren.internal.Calls;
import com.shiren.internal.Config;
import com.shiren.internal.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Calls Juhe, Jumdata and Baidu. Any number of threads may use one client at once; a program needs one.
 *
 * <pre>{@code
 * try (Client client = Client.builder().juhe(Secret.env("JUHE_KEY"), Secret.env("JUHE_OPENID")).build()) {
 *     Verify2Reply reply = client.juhe().verifyface().verify2(
 *             Verify2Request.builder().realname(name).idcard(number).image(photo).build());
 *     if (reply.verdict().decision() == Decision.PASSED) { … }
 * }
 * }</pre>
 *
 * <p>Methods that end in {@code Async} return a future at once; cancelling it cancels the call. The others wait; interrupting
 * the thread cancels the call.
 */
public final class Client extends Operations implements AutoCloseable {
    private final Calls calls;

    private Client(Calls calls) {
        super(calls);
        this.calls = calls;
    }

    /** For a configuration of one's own. */
    public static Builder builder() {
        return new Builder(Config.empty());
    }

    /** The accounts of a sandbox at this address, in test mode: it refuses real vendors. */
    public static Builder sandbox(String url) {
        return new Builder(Config.sandbox(url));
    }

    /** From JSON text, as docs/guide.md lists its fields; {@code {"env": "NAME"}} and {@code {"file": "PATH"}} refer to secrets. */
    public static Builder fromJson(String json) {
        return new Builder(Config.fromJson(json));
    }

    /** From a file with JSON text. */
    public static Builder fromFile(Path file) {
        return fromJson(new String(JsonWriter.read(file), StandardCharsets.UTF_8));
    }

    /**
     * From {@code SHIREN_SANDBOX}, else {@code SHIREN_CONFIG} (a file), else {@code SHIREN_JUHE_KEY} and its like, as the program
     * {@code shiren} does.
     */
    public static Builder fromEnvironment() {
        return Environment.read(System.getenv());
    }

    /** Runs an operation by its id, with fields by their names on the wire; bytes are byte[]. */
    public Map<String, Object> call(String operation, Map<String, ?> fields) {
        return call(operation, fields, CallOptions.DEFAULT);
    }

    /** Runs an operation by its id, with fields by their names on the wire; bytes are byte[]. */
    public Map<String, Object> call(String operation, Map<String, ?> fields, CallOptions options) {
        return calls.run(operation, fields, options, Function.identity());
    }

    /** Runs an operation by its id, as JSON; bytes are Base64. */
    public String call(String operation, String json) {
        return Shiren.write(call(operation, Shiren.parse(json)));
    }

    /** Starts an operation by its id, with fields by their names on the wire; bytes are byte[]. */
    public CompletableFuture<Map<String, Object>> callAsync(String operation, Map<String, ?> fields) {
        return callAsync(operation, fields, CallOptions.DEFAULT);
    }

    /** Starts an operation by its id, with fields by their names on the wire; bytes are byte[]. */
    public CompletableFuture<Map<String, Object>> callAsync(String operation, Map<String, ?> fields, CallOptions options) {
        return calls.start(operation, fields, options, Function.identity());
    }

    /**
     * Tells an observer of the end of each call, cancelled and abandoned ones included: on one thread of the library, shortly
     * after. What it throws is logged.
     */
    public void onOutcome(Consumer<? super Outcome> observer) {
        calls.onOutcome(java.util.Objects.requireNonNull(observer, "observer"));
    }

    /** Waits until observers and loggers have been told of all that has happened; false: they have not, in this time. */
    public boolean flush(Duration timeout) throws InterruptedException {
        return calls.flush(CallOptions.millis(timeout, "timeout"));
    }

    /** What was counted since the client was made. */
    public Counters counters() {
        return new Counters(tallies().get("total"));
    }

    /** The same for each operation that was called, by its id. */
    public Map<String, Counters> countersByOperation() {
        Map<String, Counters> found = new LinkedHashMap<>();
        ((Map<?, ?>) tallies().get("by_operation")).forEach((id, tally) -> found.put((String) id, new Counters(tally)));
        return Collections.unmodifiableMap(found);
    }

    private Map<?, ?> tallies() {
        return (Map<?, ?>) calls.state().get("counters");
    }

    /** What goes on at the limits of each account, as docs/guide.md tells. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> limits() {
        return (Map<String, Object>) calls.state().get("limits");
    }

    /** Whether it was closed. */
    public boolean closed() {
        return calls.closed();
    }

    /** Refuses new calls, cancels those that run, and waits until each has ended: at most 10 seconds. */
    @Override
    public void close() {
        close(Duration.ofSeconds(10));
    }

    /** The same with a time of one's own; where that is over, a {@code TimeoutException}, and it may be called again. */
    public void close(Duration timeout) {
        calls.close(CallOptions.millis(timeout, "timeout"));
    }

    @Override
    public String toString() {
        return "Client" + calls;
    }

    /** A configuration in the making. A secret is given as {@link Secret}, or as the text itself. */
    public static final class Builder {
        private Config config;
        private Executor executor;

        private Builder(Config config) {
            this.config = config;
        }

        /** Any field of docs/guide.md, by its JSON pointer: {@code set("/limits/juhe/per_second", 10)}. */
        public Builder set(String pointer, Object value) {
            config = config.with(pointer, value);
            return this;
        }

        /** Juhe's account. */
        public Builder juhe(Secret key, Secret openid) {
            return set("/accounts/juhe/key", key).set("/accounts/juhe/openid", openid);
        }

        /** Juhe's account, without the OpenId that only encrypted calls need. */
        public Builder juhe(Secret key) {
            return set("/accounts/juhe/key", key);
        }

        /** Jumdata's account by an AppCode; other marketplaces by {@link #set}. */
        public Builder jumdata(String initUrl, String resultUrl, Secret appcode) {
            return set("/accounts/jumdata/init_url", initUrl)
                    .set("/accounts/jumdata/result_url", resultUrl)
                    .set("/accounts/jumdata/gateway/kind", "appcode")
                    .set("/accounts/jumdata/gateway/appcode", appcode);
        }

        /** Baidu's account. */
        public Builder baidu(Secret apiKey, Secret secretKey, String planId) {
            return set("/accounts/baidu/api_key", apiKey)
                    .set("/accounts/baidu/secret_key", secretKey)
                    .set("/accounts/baidu/plan_id", planId);
        }

        /** Time for each whole call; 30 seconds by default. */
        public Builder timeout(Duration timeout) {
            return set("/timeout_ms", CallOptions.millis(timeout, "/timeout_ms"));
        }

        /** Time to connect; 10 seconds by default. */
        public Builder connectTimeout(Duration timeout) {
            return set("/connect_timeout_ms", CallOptions.millis(timeout, "/connect_timeout_ms"));
        }

        /** Where futures are completed and their continuations run; by default threads of the library, as many as are busy. */
        public Builder executor(Executor executor) {
            this.executor = executor;
            return this;
        }

        /** The client. Nothing is connected yet. */
        public Client build() {
            return new Client(new Calls(config, executor));
        }

        @Override
        public String toString() {
            return "Client.Builder" + config;
        }
    }
}
