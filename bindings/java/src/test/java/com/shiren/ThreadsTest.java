package com.shiren;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.shiren.juhe.verifyface.Verify2Request;
import com.shiren.model.Billed;
import com.shiren.model.Decision;
import com.shiren.model.ErrorKind;
import com.shiren.testing.Sandbox;
import com.shiren.testing.ShirenExtension;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Threads, platform and virtual: sharing a client, interrupting, closing; observers. */
@ExtendWith(ShirenExtension.class)
@Timeout(90)
class ThreadsTest {
    /** Runs a call on a thread of its own; what it ended with is in the queue when the thread is over. */
    private static Thread calling(Client client, Verify2Request request, Queue<Object> ends) {
        Thread thread = new Thread(() -> {
            try {
                ends.add(client.juhe().verifyface().verify2(request));
            } catch (ShirenException error) {
                ends.add(error);
            }
            ends.add(Thread.currentThread().isInterrupted());
        });
        thread.start();
        return thread;
    }

    @Test
    void interruptingCancelsTheCall(Sandbox sandbox, Client client) throws Exception {
        sandbox.fault("hang_after_billing");
        Queue<Object> ends = new ConcurrentLinkedQueue<>();
        Thread thread = calling(client, People.passing(sandbox), ends);
        while (sandbox.billed() == 0) {
            Thread.sleep(5);
        }
        long began = System.nanoTime();
        thread.interrupt();
        thread.join(5000);
        assertTrue(System.nanoTime() - began < 2_000_000_000L);
        CancelledException error = assertInstanceOf(CancelledException.class, ends.poll());
        assertSame(Billed.UNKNOWN, error.billed());
        assertEquals(true, ends.poll(), "the thread stays interrupted");
        assertEquals(1, client.counters().cancelled());
    }

    @Test
    void anInterruptedThreadSendsNothing(Sandbox sandbox, Client client) {
        Thread.currentThread().interrupt();
        try {
            Verify2Request request = Verify2Request.builder().build();
            CancelledException error =
                    assertThrows(CancelledException.class, () -> client.juhe().verifyface().verify2(request));
            assertSame(Billed.NO, error.billed());
        } finally {
            assertTrue(Thread.interrupted());
        }
        assertEquals(0, sandbox.journal().size());
    }

    @Test
    void thirtyTwoThreadsShareAClient(Sandbox sandbox, Client client) throws Exception {
        Verify2Request request = People.passing(sandbox);
        Queue<Decision> decisions = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < 32; number++) {
            Thread thread = new Thread(() -> {
                for (int call = 0; call < 5; call++) {
                    decisions.add(client.juhe().verifyface().verify2(request).verdict().decision());
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(Collections.nCopies(160, Decision.PASSED), new ArrayList<>(decisions));
        sandbox.assertBilled(160);
        assertEquals(160, client.counters().billed());
        assertEquals(0, client.counters().errors());
    }

    @Test
    void closingEndsWhatRuns(Sandbox sandbox) throws Exception {
        sandbox.fault("hang", Map.of("times", 2));
        Client client = sandbox.client();
        Queue<Object> ends = new ConcurrentLinkedQueue<>();
        Thread thread = calling(client, People.passing(sandbox), ends);
        CompletableFuture<?> future = client.juhe().verifyface().verify2Async(People.passing(sandbox));
        while (sandbox.journal().size() < 2) {
            Thread.sleep(5);
        }
        client.close();
        thread.join(5000);
        assertInstanceOf(CancelledException.class, ends.poll());
        Throwable why = assertThrows(java.util.concurrent.ExecutionException.class, future::get).getCause();
        assertInstanceOf(CancelledException.class, why);
        client.close();
        assertTrue(client.closed());
        for (int way = 0; way < 4; way++) {
            int chosen = way;
            assertThrows(ClosedException.class, () -> {
                switch (chosen) {
                    case 0 -> client.juhe().verifyface().verify2(People.passing(sandbox));
                    case 1 -> client.call("check.name", Map.of("name", "x"));
                    case 2 -> client.counters();
                    default -> client.onOutcome(outcome -> {});
                }
            });
        }
        future = client.juhe().verifyface().verify2Async(People.passing(sandbox));
        assertInstanceOf(
                ClosedException.class, assertThrows(java.util.concurrent.ExecutionException.class, future::get).getCause());
    }

    @Test
    void clientsAreClosedWhileManyCall(Sandbox sandbox) throws Exception {
        Verify2Request request = People.passing(sandbox);
        for (int round = 0; round < 10; round++) {
            Client client = sandbox.client();
            Queue<Object> ends = new ConcurrentLinkedQueue<>();
            List<Thread> threads = new ArrayList<>();
            for (int number = 0; number < 8; number++) {
                threads.add(calling(client, request, ends));
            }
            Thread.sleep(round);
            client.close();
            for (Thread thread : threads) {
                thread.join(10_000);
            }
            assertEquals(16, ends.size(), "each call has ended");
        }
    }

    @Test
    void outcomesAreTold(Sandbox sandbox, Client client) throws Exception {
        List<Outcome> told = Collections.synchronizedList(new ArrayList<>());
        List<String> threads = Collections.synchronizedList(new ArrayList<>());
        client.onOutcome(outcome -> {
            throw new IllegalStateException("an observer of a test");
        });
        client.onOutcome(outcome -> {
            threads.add(Thread.currentThread().getName());
            told.add(outcome);
        });
        client.juhe().verifyface().verify2(People.passing(sandbox));
        sandbox.fault("code", Map.of("code", 10012));
        assertThrows(QuotaException.class, () -> client.juhe().verifyface().verify2(People.passing(sandbox)));
        assertTrue(client.flush(Duration.ofSeconds(5)));
        assertEquals(2, told.size());
        Outcome first = told.get(0);
        assertEquals(People.VERIFY, first.operation());
        assertTrue(first.error().isEmpty() && first.attempts() == 1 && !first.cancelled());
        assertSame(Billed.YES, first.billed());
        assertTrue(first.duration().toMillis() < 5000 && !first.duration().isZero());
        assertSame(ErrorKind.QUOTA, told.get(1).error().orElseThrow());
        assertEquals(List.of("shiren-events", "shiren-events"), threads);
    }

    @Test
    void virtualThreadsLetTheirCarriersGo(Sandbox sandbox, Client client) throws Exception {
        Method start;
        try {
            start = Thread.class.getMethod("startVirtualThread", Runnable.class);
        } catch (NoSuchMethodException before21) {
            Assumptions.abort("virtual threads came with Java 21");
            return;
        }
        int count = 200;
        sandbox.fault("delay", Map.of("milliseconds", 500, "times", count));
        Verify2Request request = People.passing(sandbox);
        Queue<Object> ends = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        long began = System.nanoTime();
        for (int number = 0; number < count; number++) {
            threads.add((Thread) start.invoke(null, (Runnable) () -> {
                try {
                    ends.add(client.juhe().verifyface().verify2(request).verdict().decision());
                } catch (ShirenException error) {
                    ends.add(error);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(Collections.nCopies(count, Decision.PASSED), new ArrayList<>(ends));
        // One after another on each carrier it would be at least this.
        double pinned = 0.5 * count / Runtime.getRuntime().availableProcessors();
        double took = (System.nanoTime() - began) / 1e9;
        assertTrue(took < pinned / 2, took + " s");
    }
}
