package com.shiren;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.shiren.juhe.verifyface.Verify2Reply;
import com.shiren.juhe.verifyface.Verify2Request;
import com.shiren.model.Billed;
import com.shiren.model.Decision;
import com.shiren.photo.FitRequest;
import com.shiren.testing.Sandbox;
import com.shiren.testing.ShirenExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Futures: completion, cancelling, and where continuations run. */
@ExtendWith(ShirenExtension.class)
@Timeout(60)
class AsyncTest {
    @Test
    void manyAtOnce(Sandbox sandbox, Client client) {
        Verify2Request request = People.passing(sandbox);
        List<CompletableFuture<Verify2Reply>> futures = new ArrayList<>();
        for (int call = 0; call < 64; call++) {
            futures.add(client.juhe().verifyface().verify2Async(request));
        }
        futures.forEach(future -> assertSame(Decision.PASSED, future.join().verdict().decision()));
        sandbox.assertBilled(64);
    }

    @Test
    void whatFailsFailsTheFuture(Sandbox sandbox, Client client) {
        CompletableFuture<?> refused = client.callAsync(People.VERIFY, Map.of("threshold", Double.NaN));
        CompletionException error = assertThrows(CompletionException.class, refused::join);
        assertEquals("/threshold", assertInstanceOf(InvalidArgumentException.class, error.getCause()).field().orElseThrow());
        sandbox.fault("code", Map.of("code", 10012));
        CompletionException quota = assertThrows(
                CompletionException.class, () -> client.juhe().verifyface().verify2Async(People.passing(sandbox)).join());
        assertInstanceOf(QuotaException.class, quota.getCause());
        sandbox.fault("hang");
        CompletableFuture<?> late = client.juhe().verifyface().verify2Async(
                People.passing(sandbox), CallOptions.timeout(Duration.ofMillis(200)));
        assertInstanceOf(TimeoutException.class, assertThrows(CompletionException.class, late::join).getCause());
    }

    @Test
    void whatComputesForAWhileDoesNotHoldUpTheCaller(Client client) {
        byte[] photo = People.read("tests/photos/phone-rotated.jpg");
        CompletableFuture<?> fitted = client.photo().fitAsync(FitRequest.builder().image(photo).build());
        assertTrue(!fitted.isDone());
        fitted.join();
    }

    @Test
    void cancellingTheFutureCancelsTheCall(Sandbox sandbox, Client client) throws Exception {
        List<Outcome> told = Collections.synchronizedList(new ArrayList<>());
        client.onOutcome(told::add);
        sandbox.fault("hang_after_billing");
        CompletableFuture<Verify2Reply> future = client.juhe().verifyface().verify2Async(People.passing(sandbox));
        while (sandbox.billed() == 0) {
            Thread.sleep(5);
        }
        assertTrue(future.cancel(true));
        assertThrows(CancellationException.class, future::join);
        for (int look = 0; told.isEmpty() && look < 500; look++) {
            Thread.sleep(10);
        }
        assertTrue(told.get(0).cancelled());
        assertSame(Billed.UNKNOWN, told.get(0).billed());
        assertEquals(1, client.counters().cancelled());
    }

    @Test
    void aSlowContinuationHoldsUpNothing(Sandbox sandbox, Client client) throws Exception {
        Verify2Request request = People.passing(sandbox);
        CountDownLatch inside = new CountDownLatch(16);
        CountDownLatch release = new CountDownLatch(1);
        List<CompletableFuture<?>> slow = new ArrayList<>();
        for (int call = 0; call < 16; call++) {
            slow.add(client.juhe().verifyface().verify2Async(request).thenAccept(reply -> {
                inside.countDown();
                try {
                    release.await();
                } catch (InterruptedException error) {
                    throw new IllegalStateException(error);
                }
            }));
        }
        assertTrue(inside.await(20, TimeUnit.SECONDS));
        client.juhe().verifyface().verify2Async(request).get(10, TimeUnit.SECONDS);
        client.juhe().verifyface().verify2(request);
        release.countDown();
        slow.forEach(CompletableFuture::join);
    }

    @Test
    void continuationsRunOnTheGivenExecutor(Sandbox sandbox) throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "mine"));
        try (Client client = sandbox.builder().executor(executor).build()) {
            sandbox.fault("delay", Map.of("milliseconds", 100, "times", 2));
            assertEquals("mine", client.juhe().verifyface().verify2Async(People.passing(sandbox))
                    .thenApply(reply -> Thread.currentThread().getName()).get());
            CompletableFuture<?> after = client.juhe().verifyface().verify2Async(People.passing(sandbox));
            executor.shutdownNow();
            after.get(10, TimeUnit.SECONDS);
        }
        try (Client client = sandbox.client()) {
            sandbox.fault("delay", Map.of("milliseconds", 100));
            String name = client.juhe().verifyface().verify2Async(People.passing(sandbox))
                    .thenApply(reply -> Thread.currentThread().getName()).get();
            assertTrue(name.startsWith("shiren-async-"), name);
        }
    }

    @Test
    void closingInAContinuation(Sandbox sandbox) throws Exception {
        Client client = sandbox.client();
        client.juhe().verifyface().verify2Async(People.passing(sandbox)).thenRun(client::close).get(10, TimeUnit.SECONDS);
        assertTrue(client.closed());
    }
}
