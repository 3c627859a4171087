package com.shiren.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where futures are completed, unless the client was given an executor. Not the common pool: on a small machine that has one
 * thread, and one slow continuation would hold up all calls. These threads are made when all others are busy, and end when
 * idle.
 */
final class Pool {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    static final Executor EXECUTOR = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> daemon(task, "shiren-async-" + NUMBER.incrementAndGet()));

    private Pool() {}

    /** A thread that does not keep the process alive, nor the class loader of whoever happened to be there first. */
    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.setContextClassLoader(Pool.class.getClassLoader());
        return thread;
    }
}
