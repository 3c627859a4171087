package com.shiren.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.shiren.CallOptions;
import com.shiren.Client;
import com.shiren.ShirenException;
import com.shiren.testing.Persona;
import com.shiren.testing.Sandbox;
import com.shiren.testing.ShirenExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nothing native is left behind, however calls end. */
@ExtendWith(ShirenExtension.class)
@Timeout(240)
class LeakTest {
    private static long residentKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst().orElseThrow();
    }

    private static void fiveThousand(Sandbox sandbox, Client client) throws IOException {
        Persona person = sandbox.persona("passes");
        Map<String, Object> good = new HashMap<>();
        good.put("realname", person.name());
        good.put("idcard", person.idNumber());
        good.put("image", Files.readAllBytes(Path.of(System.getProperty("shiren.root"), "tests/photos/small/progressive.jpg")));
        Map<String, Object> bad = new HashMap<>(good);
        bad.put("idcard", "110101180001010016");
        Object text = client.call("juhe.cipher.encrypt", Map.of("openid", "JH0", "bytes", new byte[10_000])).get("text");
        Map<String, Object> decrypt = Map.of("openid", "JH0", "text", text);
        List<CompletableFuture<?>> futures = new ArrayList<>();
        for (int call = 0; call < 5_000; call++) {
            switch (call % 20) {
                case 0 -> futures.add(client.callAsync("juhe.verifyface.verify2", good));
                case 1, 2, 3, 10, 11, 12, 13 -> futures.add(client.callAsync("juhe.verifyface.verify2", bad));
                case 4 -> futures.add(client.callAsync("juhe.verifyface.verify2", good, CallOptions.timeout(Duration.ofMillis(1))));
                case 5 -> {
                    CompletableFuture<?> cancelled = client.callAsync("juhe.verifyface.verify2", good);
                    cancelled.cancel(true);
                }
                case 6, 7, 14, 15, 16, 17 -> futures.add(client.callAsync("juhe.cipher.decrypt", decrypt));
                case 8, 18 -> client.call("juhe.cipher.decrypt", decrypt);
                default -> {
                    try {
                        client.call("juhe.verifyface.verify2", bad);
                    } catch (ShirenException refused) {
                        // As it should be.
                    }
                }
            }
            if (futures.size() == 64) {
                futures.forEach(future -> future.exceptionally(error -> null).join());
                futures.clear();
            }
        }
        futures.forEach(future -> future.exceptionally(error -> null).join());
    }

    @Test
    void tenThousandCallsLeaveNothing(Sandbox sandbox) throws Exception {
        Library.load();
        long before = Native.live();
        try (Client client = sandbox.client()) {
            fiveThousand(sandbox, client);
            long resident = residentKib();
            fiveThousand(sandbox, client);
            long grown = residentKib() - resident;
            assertTrue(grown < 32 * 1024, grown + " KiB more after the second half");
            assertEquals(before + 2, Native.live(), "a client and its queue");
        }
        assertEquals(before, Native.live());
    }

    @Test
    void clientsComeAndGo(Sandbox sandbox) throws Exception {
        Library.load();
        long before = Native.live();
        for (int round = 0; round < 200; round++) {
            sandbox.client().close();
        }
        assertEquals(before, Native.live());
        long threads = Thread.getAllStackTraces().keySet().stream().filter(one -> one.getName().startsWith("shiren-queue")).count();
        assertTrue(threads < 5, threads + " threads are left");
    }
}
