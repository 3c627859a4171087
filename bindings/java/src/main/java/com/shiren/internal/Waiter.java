package com.shiren.internal;

import com.shiren.ShirenException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A thread that waits for its call: parked in Java, so that it can be interrupted, and a virtual thread lets its carrier go. */
final class Waiter extends Pending {
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Raw raw;
    private volatile Throwable why;

    @Override
    void end(Raw raw) {
        this.raw = raw;
        ended.countDown();
    }

    @Override
    void lost(Throwable why) {
        this.why = why;
        ended.countDown();
    }

    /** Waits; an interrupt cancels the call, whose end then comes at once and says whether it may have been paid for. */
    Raw await(Core core) {
        boolean interrupted = false;
        try {
            ended.await();
        } catch (InterruptedException error) {
            interrupted = true;
            core.cancel(this);
            awaitCancelled();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (raw != null) {
            return raw;
        }
        if (why != null) {
            throw ShirenException.unknown("internal", "the end of this call could not be read", why);
        }
        throw ShirenException.unknown("cancelled", "the thread was interrupted", null);
    }

    private void awaitCancelled() {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (true) {
            try {
                ended.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                return;
            } catch (InterruptedException again) {
                // It is being cancelled already.
            }
        }
    }
}
