package com.shiren.internal;

import com.shiren.CallOptions;
import com.shiren.Outcome;
import com.shiren.ShirenException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A native client, its queue, and the one thread that collects the ends of its calls. Handles are used under the read lock and
 * freed under the write lock, by that thread, when everything has been collected.
 */
final class Core {
    /** How often the collecting thread looks whether the program has let its client go. */
    private static final int LOOK_MS = Integer.getInteger("shiren.forgotten.ms", 30_000);

    private static final AtomicLong NUMBERS = new AtomicLong();

    final long number = NUMBERS.incrementAndGet();
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
    private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
    private final AtomicLong tags = new AtomicLong();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final WeakReference<Object> owner;
    private final Config config;
    private long client;
    private long queue;
    private boolean observed;
    private volatile boolean closed;

    /** @param owner what the program holds; when it has let it go, the client is closed */
    Core(Config config, Object owner) {
        Library.load();
        this.config = config;
        this.owner = new WeakReference<>(owner);
        byte[] json = config.json().getBytes(StandardCharsets.UTF_8);
        byte[][] text = new byte[1][];
        client = Native.clientNew(json, text);
        Arrays.fill(json, (byte) 0);
        if (client == 0) {
            throw Raw.error(text[0]);
        }
        queue = Native.queueNew();
        Events.opened();
        try {
            Pool.daemon(this::collect, "shiren-queue-" + number).start();
        } catch (Throwable noThread) {
            Native.queueClose(queue);
            free();
            throw noThread;
        }
    }

    Config config() {
        return config;
    }

    boolean closed() {
        return closed;
    }

    /** Starts a call whose end comes to {@code call}. When this throws, nothing comes. */
    void start(String operation, Object fields, CallOptions options, Pending call) {
        List<Object> parts = JsonWriter.newParts();
        byte[] json = JsonWriter.request(fields, parts);
        byte[][] text = new byte[1][];
        long[] numbers = new long[1];
        long tag = tags.incrementAndGet();
        use.readLock().lock();
        try {
            open();
            if (Events.level() >= Events.DEBUG) {
                observe();
            }
            pending.put(tag, call);
            int status;
            try {
                status = Native.start(
                        client, queue, name(operation), json, JsonWriter.partsOf(parts), options.timeoutMillis(), options.keepsRaw(), tag,
                        numbers, text);
            } catch (Throwable error) {
                pending.remove(tag);
                throw error;
            }
            if (status != Native.OK) {
                pending.remove(tag);
                throw Raw.error(text[0]);
            }
            call.id = numbers[0];
        } finally {
            use.readLock().unlock();
            Arrays.fill(json, (byte) 0);
        }
    }

    /** Runs what calls nobody, here and now. */
    Map<String, Object> run(String operation, Object fields) {
        use.readLock().lock();
        try {
            open();
            return local(client, operation, fields);
        } finally {
            use.readLock().unlock();
        }
    }

    /** Runs what calls nobody, here and now; {@code client} may be 0. */
    static Map<String, Object> local(long client, String operation, Object fields) {
        Library.load();
        List<Object> parts = JsonWriter.newParts();
        byte[] json = JsonWriter.request(fields, parts);
        byte[][] text = new byte[1][];
        long[] numbers = new long[1];
        int status = Native.run(client, name(operation), json, JsonWriter.partsOf(parts), numbers, text);
        Arrays.fill(json, (byte) 0);
        return new Raw(status, text[0], numbers[0]).read();
    }

    private static byte[] name(String operation) {
        // In C it would end at a NUL and could then be another one.
        return operation.replace('\0', '?').getBytes(StandardCharsets.UTF_8);
    }

    boolean cancel(Pending call) {
        use.readLock().lock();
        try {
            return client != 0 && call.id != 0 && Native.cancel(client, call.id);
        } finally {
            use.readLock().unlock();
        }
    }

    /** The counters and limits. */
    Map<String, Object> state() {
        use.readLock().lock();
        try {
            if (client == 0) {
                throw isClosed();
            }
            byte[][] text = new byte[1][];
            if (Native.clientState(client, text) != Native.OK) {
                throw Raw.error(text[0]);
            }
            return Json.parseObject(text[0]);
        } finally {
            use.readLock().unlock();
        }
    }

    void onOutcome(Consumer<? super Outcome> observer) {
        use.readLock().lock();
        try {
            open();
            Events.observe(number, observer);
            observe();
        } finally {
            use.readLock().unlock();
        }
    }

    private synchronized void observe() {
        if (!observed) {
            byte[][] text = new byte[1][];
            if (Native.clientObserve(client, number, text) != Native.OK) {
                throw Raw.error(text[0]);
            }
            observed = true;
        }
    }

    private void open() {
        if (closed || client == 0) {
            throw isClosed();
        }
    }

    private static ShirenException isClosed() {
        return ShirenException.of("closed", "the client was closed", null, "make a new client");
    }

    /** Refuses new calls, cancels those that run, and waits until each has come to its end. */
    void close(long timeoutMs) {
        closed = true;
        use.readLock().lock();
        try {
            if (client == 0) {
                return;
            }
            byte[][] text = new byte[1][];
            if (Native.clientClose(client, (int) timeoutMs, text) != Native.OK) {
                throw Raw.error(text[0]);
            }
            Native.queueClose(queue);
        } finally {
            use.readLock().unlock();
        }
        boolean interrupted = false;
        while (true) {
            try {
                finished.await(timeoutMs, TimeUnit.MILLISECONDS);
                break;
            } catch (InterruptedException error) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void collect() {
        long[] numbers = new long[3];
        byte[][] text = new byte[1][];
        while (true) {
            int status;
            numbers[0] = 0;
            text[0] = null;
            try {
                status = Native.queueNext(queue, LOOK_MS, numbers, text);
                if (status == Native.OK) {
                    Pending call = pending.remove(numbers[0]);
                    call.end(new Raw((int) numbers[1], text[0], numbers[2]));
                    continue;
                }
            } catch (Throwable error) {
                Pending call = pending.remove(numbers[0]);
                if (call != null) {
                    call.lost(error);
                }
                continue;
            }
            if (status != Native.TIMEOUT) {
                break;
            }
            forgotten();
        }
        free();
    }

    private void free() {
        use.writeLock().lock();
        try {
            Native.clientFree(client);
            client = 0;
            Native.queueFree(queue);
            queue = 0;
        } finally {
            use.writeLock().unlock();
            closed = true;
            Events.closed(number);
            finished.countDown();
        }
    }

    /** Closes a client that nobody can use any more. */
    private void forgotten() {
        if (owner.get() != null || !pending.isEmpty() || closed) {
            return;
        }
        Logger.getLogger("shiren").log(Level.WARNING, "a client was not closed, and the program has let it go: it is closed now");
        closed = true;
        Native.clientClose(client, 1000, new byte[1][]);
        Native.queueClose(queue);
    }
}
