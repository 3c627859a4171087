package com.shiren.testing;

import com.shiren.Client;
import com.shiren.internal.Json;
import com.shiren.internal.JsonWriter;
import com.shiren.juhe.returns.MakeRequest;
import com.shiren.juhe.returns.ReturnsFunctions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A sandbox for tests: the vendors, offline, with a ledger of what they charged.
 *
 * <pre>{@code
 * try (Sandbox sandbox = Sandbox.start(); Client client = sandbox.client()) {
 *     Persona passes = sandbox.persona("passes");
 *     …
 *     sandbox.assertBilled(1);
 *     sandbox.assertNeverTwice();
 * }
 * }</pre>
 */
public final class Sandbox implements AutoCloseable {
    private final String url;
    private final Program program;
    private Map<String, Persona> personas;

    private Sandbox(String url, Program program) {
        this.url = url;
        this.program = program;
    }

    /** One that runs already, at this address. */
    public static Sandbox at(String url) {
        return new Sandbox(url.endsWith("/") ? url.substring(0, url.length() - 1) : url, null);
    }

    /** Starts the program {@code shiren} ({@code SHIREN_BINARY}, else on the path) on a free port of this machine. */
    public static Sandbox start() {
        return start(false);
    }

    /** The same; lenient: it answers also what a vendor would refuse. */
    public static Sandbox start(boolean lenient) {
        Program program = Program.start(lenient);
        return new Sandbox((String) Json.parseObject(program.ready).get("url"), program);
    }

    /** Ends the program, if this object started it. */
    @Override
    public void close() {
        if (program != null) {
            program.stop();
        }
    }

    /** Its address. */
    public String url() {
        return url;
    }

    /** A client of it. */
    public Client client() {
        return builder().build();
    }

    /** The configuration of a client of it, to be changed. */
    public Client.Builder builder() {
        return Client.sandbox(url);
    }

    /** The accounts of its default tenant, as {@code accounts} of a configuration. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> accounts() {
        return (Map<String, Object>) entries("/tenants").get(0).get("accounts");
    }

    /** The people, by their ids. */
    public synchronized Map<String, Persona> personas() {
        if (personas == null) {
            Map<String, Persona> found = new LinkedHashMap<>();
            for (Map<String, Object> one : entries("/personas")) {
                Persona persona = new Persona(one);
                found.put(persona.id(), persona);
            }
            personas = Collections.unmodifiableMap(found);
        }
        return personas;
    }

    /** One of the people. */
    public Persona persona(String id) {
        Persona found = personas().get(id);
        if (found == null) {
            throw new IllegalArgumentException("no persona " + id + "; personas() lists them");
        }
        return found;
    }

    /** Every charge: when, for what, by which rule. */
    public List<Map<String, Object>> ledger() {
        return entries("/ledger");
    }

    /** Every request, with a diagnosis where something is odd; no personal data. */
    public List<Map<String, Object>> journal() {
        return entries("/journal");
    }

    /** The hosted sessions, newest last. */
    public List<Map<String, Object>> sessions() {
        return entries("/sessions");
    }

    /** Puts the sandbox's clock forward: everything that expires goes by it. */
    public void advance(Duration time) {
        ask("POST", "/clock", Collections.singletonMap("advance_seconds", time.toMillis() / 1000.0));
    }

    /** Makes something go wrong next: {@code fault("drop_after_billing")}. */
    public void fault(String kind) {
        fault(kind, Collections.emptyMap());
    }

    /** The same with further fields: {@code path}, {@code times}, {@code code}, and so on. */
    public void fault(String kind, Map<String, ?> how) {
        Map<String, Object> body = new LinkedHashMap<>(how);
        body.put("kind", kind);
        ask("POST", "/faults", body);
    }

    /** Changes the sandbox's settings. */
    public void settings(Map<String, ?> changes) {
        ask("POST", "/settings", changes);
    }

    /** Finishes a hosted page without a browser, and gives what the page would have done: {@code redirect}, {@code status}. */
    @SuppressWarnings("unchecked")
    public Map<String, Object> complete(String session, Map<String, ?> how) {
        return (Map<String, Object>) ask("POST", "/sessions/" + session + "/complete", how);
    }

    /** Forgets everything: charges, sessions, faults. */
    public void reset() {
        ask("POST", "/reset", Collections.emptyMap());
    }

    /** How many charges there are. */
    public int billed() {
        return ledger().size();
    }

    /** Fails unless there were exactly so many charges. */
    public void assertBilled(int charges) {
        List<Map<String, Object>> ledger = ledger();
        if (ledger.size() != charges) {
            throw new AssertionError(charges + " charges were expected, " + ledger.size() + " booked: " + JsonWriter.text(ledger));
        }
    }

    /**
     * Fails when the same operation was charged more than once for the same person or, where none is named, order. It reads the
     * journal since the last {@link #reset}.
     */
    public void assertNeverTwice() {
        Map<List<Object>, Map<String, Object>> seen = new LinkedHashMap<>();
        for (Map<String, Object> entry : journal()) {
            if (((Number) entry.get("billed")).intValue() == 0) {
                continue;
            }
            List<Object> key = new ArrayList<>();
            key.add(entry.get("tenant"));
            key.add(entry.get("operation"));
            Object who = entry.get("persona") != null ? entry.get("persona") : entry.get("subject");
            key.add(who != null ? who : entry.get("order"));
            Map<String, Object> before = seen.put(key, entry);
            if (before != null) {
                throw new AssertionError("charged twice: " + JsonWriter.text(before) + " and " + JsonWriter.text(entry));
            }
        }
    }

    /** The address on which Juhe's page would let a person land, signed as the vendor signs: for tests of a return route. */
    public static String signedReturn(String returnUrl, String orderId, boolean passed) {
        MakeRequest request =
                MakeRequest.builder().returnUrl(returnUrl).key("sandbox-juhe-key").jhOrderId(orderId).passed(passed).build();
        return ReturnsFunctions.make(request).url();
    }

    @Override
    public String toString() {
        return "Sandbox{" + url + "}";
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> entries(String path) {
        return (List<Map<String, Object>>) ask("GET", path, null);
    }

    /** Asks the admin API. The fault {@code refuse} closes its door for a while: a refused connection is tried again. */
    public Object ask(String method, String path, Map<String, ?> body) {
        long until = System.nanoTime() + 10_000_000_000L;
        while (true) {
            try {
                return answer(method, path, body);
            } catch (ConnectException refused) {
                if (System.nanoTime() > until || (program != null && !program.runs())) {
                    throw new UncheckedIOException(refused);
                }
                pause();
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", error);
        }
    }

    @SuppressWarnings("deprecation") // The constructor of URL: what is in place of it came with Java 20.
    private Object answer(String method, String path, Map<String, ?> body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(url + "/_sandbox" + path).openConnection(Proxy.NO_PROXY);
        connection.setRequestMethod(method);
        connection.setConnectTimeout(30_000);
        connection.setReadTimeout(30_000);
        connection.setRequestProperty("Connection", "close");
        if (body != null) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            try (OutputStream out = connection.getOutputStream()) {
                out.write(JsonWriter.text(body).getBytes(StandardCharsets.UTF_8));
            }
        }
        boolean refused = connection.getResponseCode() >= 400;
        try (InputStream in = refused ? connection.getErrorStream() : connection.getInputStream()) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                text.write(buffer, 0, count);
            }
            if (refused) {
                throw new IllegalStateException("the sandbox refused " + method + " " + path + ": " + text.toString("UTF-8"));
            }
            return Json.parse(text.toByteArray());
        }
    }
}
