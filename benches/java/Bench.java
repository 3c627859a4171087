import com.shiren.Client;
import com.shiren.internal.Config;
import com.shiren.juhe.cipher.CipherFunctions;
import com.shiren.juhe.cipher.KeyRequest;
import com.shiren.juhe.verifyface.Verify2EncryReply;
import com.shiren.juhe.verifyface.Verify2EncryRequest;
import com.shiren.model.Decision;
import com.shiren.testing.Persona;
import com.shiren.testing.Sandbox;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * The encrypted comparison (verify2_encry) from Java against the sandbox: Shiren beside what one would write by hand.
 *
 * <p>Contenders take turns. Each line is {@code @ case<TAB>contender<TAB>µs a call}: CPU time of this process, its collector and
 * compiler included, and on the line whose case ends in {@code (wall)} the time on the clock. {@code BENCH_ROUNDS} (7) and
 * {@code BENCH_CALLS} (512) say how many turns, and how many calls in each; one more turn of each goes before and is not shown.
 */
final class Bench {
    private static final int ROUNDS = Integer.parseInt(System.getenv().getOrDefault("BENCH_ROUNDS", "7"));
    private static final int CALLS = Integer.parseInt(System.getenv().getOrDefault("BENCH_CALLS", "512"));

    /** The call as the document has it: three fields encrypted, the answer decrypted, the verdict looked for. */
    private static final class ByHand {
        private final URI url;
        private final String key;
        private final SecretKeySpec secret;
        private final Persona person;
        private final byte[] photo;
        private final HttpClient web = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

        ByHand(Sandbox sandbox, Persona person, byte[] photo) throws Exception {
            Map<?, ?> account = (Map<?, ?>) ((Map<?, ?>) Config.sandbox(sandbox.url()).accounts()).get("juhe");
            url = URI.create(account.get("base_url") + "/verifyface/verify2Encry");
            key = (String) account.get("key");
            byte[] digest = MessageDigest.getInstance("MD5").digest(((String) account.get("openid")).getBytes());
            secret = new SecretKeySpec(HexFormat.of().formatHex(digest).substring(0, 16).getBytes(), "AES");
            this.person = person;
            this.photo = photo;
        }

        private String field(byte[] text) throws Exception {
            Cipher cipher = Cipher.getInstance("AES/ECB/PKCS5Padding");
            cipher.init(Cipher.ENCRYPT_MODE, secret);
            return URLEncoder.encode(Base64.getEncoder().encodeToString(cipher.doFinal(text)), StandardCharsets.US_ASCII);
        }

        private HttpRequest request() {
            try {
                String form = "key=" + key + "&idcard=" + field(person.idNumber().getBytes())
                        + "&realname=" + field(person.name().getBytes(StandardCharsets.UTF_8))
                        + "&image=" + field(Base64.getEncoder().encode(photo));
                return HttpRequest.newBuilder(url).header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form, StandardCharsets.US_ASCII)).build();
            } catch (Exception error) {
                throw new IllegalStateException(error);
            }
        }

        private Object read(HttpResponse<byte[]> answer) {
            try {
                Cipher cipher = Cipher.getInstance("AES/ECB/PKCS5Padding");
                cipher.init(Cipher.DECRYPT_MODE, secret);
                String plain = new String(cipher.doFinal(Base64.getDecoder().decode(answer.body())), StandardCharsets.UTF_8);
                return checked(plain.contains("\"00XX\""));
            } catch (java.security.GeneralSecurityException error) {
                throw new IllegalStateException(error);
            }
        }

        Object call() {
            try {
                return read(web.send(request(), HttpResponse.BodyHandlers.ofByteArray()));
            } catch (java.io.IOException | InterruptedException error) {
                throw new IllegalStateException(error);
            }
        }

        CompletableFuture<?> start() {
            return web.sendAsync(request(), HttpResponse.BodyHandlers.ofByteArray()).thenApply(this::read);
        }
    }

    private static Object checked(boolean passed) {
        if (!passed) {
            throw new IllegalStateException("who passes does not");
        }
        return true;
    }

    private static Object checked(Verify2EncryReply reply) {
        return checked(reply.verdict().decision() == Decision.PASSED);
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** So many calls, each of which is waited for. */
    private static void one(Supplier<?> call, int calls) {
        for (int number = 0; number < calls; number++) {
            call.get();
        }
    }

    /** So many calls in flight, each followed by the next. */
    private static void inFlight(Supplier<CompletableFuture<?>> start, int atOnce, int calls) {
        AtomicInteger left = new AtomicInteger(calls - atOnce);
        CompletableFuture<?>[] ends = new CompletableFuture<?>[atOnce];
        for (int number = 0; number < atOnce; number++) {
            ends[number] = chain(start, left);
        }
        CompletableFuture.allOf(ends).join();
    }

    private static CompletableFuture<?> chain(Supplier<CompletableFuture<?>> start, AtomicInteger left) {
        return start.get().thenCompose(reply ->
                left.getAndDecrement() > 0 ? chain(start, left) : CompletableFuture.completedFuture(null));
    }

    private static void turns(String name, int calls, Map<String, Runnable> contenders) {
        contenders.values().forEach(Runnable::run);
        for (int round = 0; round < ROUNDS; round++) {
            contenders.forEach((contender, turn) -> {
                long cpu = cpu();
                long wall = System.nanoTime();
                turn.run();
                System.out.printf("@ %s\t%s\t%.2f%n", name, contender, (cpu() - cpu) / 1e3 / calls);
                System.out.printf("@ %s (wall)\t%s\t%.2f%n", name, contender, (System.nanoTime() - wall) / 1e3 / calls);
            });
        }
    }

    public static void main(String[] arguments) throws Exception {
        byte[] photo = Files.readAllBytes(Path.of(arguments[0]));
        try (Sandbox sandbox = Sandbox.start(); Client client = sandbox.client()) {
            Persona person = sandbox.persona("passes");
            Verify2EncryRequest request = Verify2EncryRequest.builder()
                    .realname(person.name()).idcard(person.idNumber()).image(photo).build();
            ByHand hand = new ByHand(sandbox, person, photo);

            Map<String, Runnable> blocking = new LinkedHashMap<>();
            blocking.put("Shiren", () -> one(() -> checked(client.juhe().verifyface().verify2Encry(request)), CALLS));
            blocking.put("java.net.http + javax.crypto", () -> one(hand::call, CALLS));
            turns("Java: encrypted compare, blocking", CALLS, blocking);

            Map<String, Runnable> futures = new LinkedHashMap<>();
            Supplier<CompletableFuture<?>> ours =
                    () -> client.juhe().verifyface().verify2EncryAsync(request).thenApply(Bench::checked);
            futures.put("Shiren", () -> inFlight(ours, 64, CALLS));
            futures.put("java.net.http + javax.crypto", () -> inFlight(hand::start, 64, CALLS));
            turns("Java: encrypted compare, 64 in flight", CALLS, futures);

            // What crossing costs, and what a future costs above it: no network is in it.
            KeyRequest key = KeyRequest.builder().openid("JH0").build();
            int many = CALLS * 16;
            Map<String, Runnable> local = new LinkedHashMap<>();
            local.put("Shiren", () -> one(() -> CipherFunctions.key(key), many));
            local.put("Shiren, by its future", () -> one(() -> client.juhe().cipher().keyAsync(key).join(), many));
            local.put("a future of Java's own", () -> one(() -> CompletableFuture.supplyAsync(() -> key, ForkJoinPool.commonPool()).join(), many));
            turns("Java: local operation", many, local);
        }
    }
}
