package com.shiren.internal;

import com.shiren.ShirenException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** The future of a call. Cancelling it cancels the call; it is completed on the executor, where its continuations run. */
final class CallFuture<T> extends CompletableFuture<T> {
    private final Core core;
    private final Executor executor;
    private final Function<Map<String, Object>, T> model;
    /** Keeps the client open while the call runs, even when the program has let it go. */
    private Object keeps;

    final Pending pending = new Pending() {
        @Override
        void end(Raw raw) {
            hand(() -> {
                try {
                    complete(model.apply(raw.read()));
                } catch (Throwable error) {
                    completeExceptionally(error);
                }
            });
        }

        @Override
        void lost(Throwable why) {
            hand(() -> completeExceptionally(
                    ShirenException.unknown("internal", "the end of this call could not be read", why)));
        }
    };

    CallFuture(Core core, Executor executor, Function<Map<String, Object>, T> model, Object keeps) {
        this.core = core;
        this.executor = executor;
        this.model = model;
        this.keeps = keeps;
    }

    private void hand(Runnable end) {
        keeps = null;
        try {
            executor.execute(end);
        } catch (RejectedExecutionException shutDown) {
            // The caller's executor has ended before its calls: they end all the same.
            Pool.EXECUTOR.execute(end);
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            core.cancel(pending);
        }
        return cancelled;
    }
}
