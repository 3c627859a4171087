import com.shiren.CallOptions;
import com.shiren.Client;
import com.shiren.InvalidArgumentException;
import com.shiren.ShirenException;
import com.shiren.SignatureException;
import com.shiren.juhe.notify.NotifyFunctions;
import com.shiren.juhe.notify.ReadReply;
import com.shiren.juhe.notify.ReadRequest;
import com.shiren.liveness.FinishRequest;
import com.shiren.liveness.StartRequest;
import com.shiren.model.Decision;
import com.shiren.model.Session;
import com.shiren.model.Subject;
import com.shiren.model.Vendor;
import com.shiren.model.Verdict;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/**
 * A hosted session with the JDK's own server: start, way back, notice. {@code java -cp shiren.jar LivenessServer.java [PORT]}
 * prints its address.
 *
 * <p>{@code POST /verify} with the form fields {@code name} and {@code id_number} gives the address of the page; the browser comes
 * back to {@code GET /back/…}; {@code POST /notify} is the vendor's.
 */
final class LivenessServer {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** In a real service: a table, by user. The session is JSON and holds no name and no number. */
    private final Map<String, String> sessions = new ConcurrentHashMap<>();

    private final Map<String, Subject> subjects = new ConcurrentHashMap<>();
    private final Client client = Client.fromEnvironment().build();
    private final HttpServer server;
    private final String url;

    private LivenessServer(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        url = "http://127.0.0.1:" + server.getAddress().getPort();
        server.setExecutor(Executors.newFixedThreadPool(16));
        server.createContext("/verify", exchange -> answer(exchange, this::start));
        server.createContext("/back/", exchange -> answer(exchange, this::back));
        server.createContext("/notify", exchange -> answer(exchange, this::notice));
    }

    public static void main(String[] arguments) throws IOException {
        LivenessServer made = new LivenessServer(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0);
        made.server.start();
        System.out.println(made.url);
    }

    private Answer start(HttpExchange exchange) throws IOException {
        Map<String, String> form = form(exchange);
        Subject subject =
                Subject.builder().name(form.get("name")).idNumber(form.get("id_number")).build();
        byte[] random = new byte[18];
        RANDOM.nextBytes(random);
        String key = Base64.getUrlEncoder().encodeToString(random);
        Session session = client.liveness().start(StartRequest.builder()
                .vendor(Vendor.JUHE).subject(subject).returnUrl(url + "/back/" + key).build());
        sessions.put(key, session.toJson());
        subjects.put(key, subject);
        return new Answer(200, session.pageUrl());
    }

    private Answer back(HttpExchange exchange) {
        String key = exchange.getRequestURI().getPath().substring("/back/".length());
        String stored = sessions.get(key);
        if (stored == null) {
            return new Answer(404, "no such session, or it was used");
        }
        // Exactly as received: decoding and writing it again changes the bytes that the vendor signed.
        String landed = exchange.getRequestURI().toString();
        FinishRequest finish = FinishRequest.builder()
                .session(Session.fromJson(stored)).landedUrl(landed).subject(subjects.get(key)).build();
        Verdict verdict = client.liveness().finish(finish, CallOptions.timeout(Duration.ofSeconds(20))).verdict();
        if (verdict.decision() != Decision.PENDING) {
            sessions.remove(key);
            subjects.remove(key);
        }
        return new Answer(200, verdict.decision().toString());
    }

    private Answer notice(HttpExchange exchange) throws IOException {
        // An unsigned hint that a session is over: ask the vendor's server, as the way back does.
        ReadRequest.Builder read = ReadRequest.builder()
                .method(exchange.getRequestMethod())
                .contentType(exchange.getRequestHeaders().getFirst("Content-Type"))
                .url(exchange.getRequestURI().toString())
                .body(body(exchange));
        ReadReply notice = NotifyFunctions.read(read.build());
        return new Answer(200, notice.jhOrderId().isEmpty() ? "fail" : "success");
    }

    private static void answer(HttpExchange exchange, Handler handler) throws IOException {
        Answer answer;
        try {
            answer = handler.handle(exchange);
        } catch (InvalidArgumentException error) {
            answer = new Answer(422, error.field().orElse("") + ": " + error.plainMessage());
        } catch (SignatureException error) {
            answer = new Answer(400, "this is not the way back of this session");
        } catch (ShirenException error) {
            answer = new Answer(503, error.plainMessage());
        }
        byte[] text = answer.text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(answer.status, text.length);
        exchange.getResponseBody().write(text);
        exchange.close();
    }

    private static Map<String, String> form(HttpExchange exchange) throws IOException {
        Map<String, String> found = new HashMap<>();
        for (String pair : new String(body(exchange), StandardCharsets.UTF_8).split("&")) {
            String[] parts = pair.split("=", 2);
            found.put(parts[0], URLDecoder.decode(parts.length < 2 ? "" : parts[1], "UTF-8"));
        }
        return found;
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        ByteArrayOutputStream found = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        try (InputStream in = exchange.getRequestBody()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                found.write(buffer, 0, count);
            }
        }
        return found.toByteArray();
    }

    private interface Handler {
        Answer handle(HttpExchange exchange) throws IOException;
    }

    private static final class Answer {
        final int status;
        final String text;

        Answer(int status, String text) {
            this.status = status;
            this.text = text;
        }
    }
}
