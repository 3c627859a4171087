package com.shiren.internal;

import com.shiren.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Outcomes and the log: one thread hands them on, shortly after they happened, while there are clients. A slow observer or
 * handler holds up no call.
 */
final class Events {
    static final int DEBUG = 4;
    private static final Level[] LEVELS = {Level.OFF, Level.SEVERE, Level.WARNING, Level.INFO, Level.FINE, Level.FINER};
    /** Held, because loggers that nobody holds are forgotten with their levels. */
    private static final Logger LOGGER = Logger.getLogger("shiren");

    private static final Logger CALLS = Logger.getLogger("shiren.call");

    private static final Map<Long, List<Consumer<? super Outcome>>> OBSERVERS = new ConcurrentHashMap<>();
    private static final Map<Long, CountDownLatch> MARKS = new ConcurrentHashMap<>();
    /** Clients whose last outcome lies before a mark. */
    private static final Map<Long, Long> ENDED = new ConcurrentHashMap<>();

    private static final AtomicLong MARK = new AtomicLong();
    private static Thread thread;
    private static int clients;
    private static volatile int level;

    private Events() {}

    static synchronized void opened() {
        clients++;
        level();
        if (thread == null) {
            thread = Pool.daemon(Events::deliver, "shiren-events");
            thread.start();
        }
    }

    static synchronized void closed(long number) {
        clients--;
        if (clients == 0 && level != 0) {
            level = 0;
            Native.logLevel(0, new byte[1][]);
        }
        // Behind the client's last outcome.
        long mark = MARK.incrementAndGet();
        ENDED.put(mark, number);
        Native.eventsMark(mark);
        Native.eventsWake();
    }

    /** Tells the library which lines are wanted, and says so. Looked at before each call: levels change at run time. */
    static int level() {
        int wanted = LOGGER.isLoggable(Level.FINER) ? 5
                : LOGGER.isLoggable(Level.FINE) ? 4
                : LOGGER.isLoggable(Level.INFO) ? 3
                : LOGGER.isLoggable(Level.WARNING) ? 2
                : LOGGER.isLoggable(Level.SEVERE) ? 1 : 0;
        if (wanted != level) {
            change(wanted);
        }
        return wanted;
    }

    private static synchronized void change(int wanted) {
        if (clients > 0 && wanted != level && Native.logLevel(wanted, new byte[1][]) == Native.OK) {
            level = wanted;
        }
    }

    static void observe(long client, Consumer<? super Outcome> observer) {
        OBSERVERS.computeIfAbsent(client, number -> new CopyOnWriteArrayList<>()).add(observer);
    }

    /** Waits until all that has happened has been told; on the thread that tells it there is nothing to wait for. */
    static boolean flush(long timeoutMs) throws InterruptedException {
        synchronized (Events.class) {
            if (thread == null || thread == Thread.currentThread()) {
                return true;
            }
        }
        long mark = MARK.incrementAndGet();
        CountDownLatch told = new CountDownLatch(1);
        MARKS.put(mark, told);
        Native.eventsMark(mark);
        try {
            return told.await(timeoutMs, TimeUnit.MILLISECONDS);
        } finally {
            MARKS.remove(mark);
        }
    }

    private static void deliver() {
        long[] numbers = new long[7];
        byte[][] texts = new byte[2][];
        while (true) {
            texts[0] = texts[1] = null;
            int kind;
            try {
                kind = Native.eventNext(60_000, numbers, texts);
                switch (kind) {
                    case Native.EVENT_OUTCOME:
                        outcome(numbers, text(texts[0]), text(texts[1]));
                        break;
                    case Native.EVENT_LINE:
                        line(LEVELS[(int) numbers[6]], text(texts[0]).replace("::", "."), text(texts[1]));
                        break;
                    case Native.EVENT_LOST:
                        line(Level.WARNING, "shiren", numbers[0] + " lines of the log found no room");
                        break;
                    case Native.EVENT_MARK:
                        mark(numbers[0]);
                        break;
                    default:
                        if (over()) {
                            return;
                        }
                }
            } catch (Throwable error) {
                // A handler's or an observer's, or no memory: the next event is told all the same.
                report(error);
            }
        }
    }

    private static synchronized boolean over() {
        if (clients > 0) {
            return false;
        }
        thread = null;
        return true;
    }

    private static void mark(long mark) {
        Long ended = ENDED.remove(mark);
        if (ended != null) {
            OBSERVERS.remove(ended);
        }
        CountDownLatch told = MARKS.get(mark);
        if (told != null) {
            told.countDown();
        }
    }

    private static void outcome(long[] numbers, String operation, String vendor) {
        Outcome outcome = new Outcome(
                operation, vendor, numbers[1], (int) numbers[2], (int) numbers[3], (int) numbers[4], numbers[5] != 0);
        if (CALLS.isLoggable(Level.FINE)) {
            line(Level.FINE, "shiren.call", outcome.sentence());
        }
        for (Consumer<? super Outcome> observer : OBSERVERS.getOrDefault(numbers[0], java.util.Collections.emptyList())) {
            try {
                observer.accept(outcome);
            } catch (Throwable error) {
                report(error);
            }
        }
    }

    private static void line(Level level, String logger, String text) {
        Logger.getLogger(logger).logp(level, logger, "", text);
    }

    private static void report(Throwable error) {
        try {
            LOGGER.log(Level.WARNING, "an observer of outcomes, or a handler of the log, failed", error);
        } catch (Throwable again) {
            // Its handler fails, too; there is nobody left to tell.
        }
    }

    private static String text(byte[] utf8) {
        return utf8 == null ? null : new String(utf8, StandardCharsets.UTF_8);
    }
}
