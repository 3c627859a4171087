package com.shiren;

import com.shiren.model.Billed;
import com.shiren.model.ErrorKind;
import com.shiren.model.Vendor;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** How a call ended. It holds nothing about a person. */
public final class Outcome {
    private static final Billed[] BILLED = {Billed.NO, Billed.UNKNOWN, Billed.YES};

    private final String operation;
    private final String vendor;
    private final long micros;
    private final int status;
    private final int billed;
    private final int attempts;
    private final boolean cancelled;

    /** As the library tells it. */
    public Outcome(String operation, String vendor, long micros, int status, int billed, int attempts, boolean cancelled) {
        this.operation = operation;
        this.vendor = vendor;
        this.micros = micros;
        this.status = status;
        this.billed = billed;
        this.attempts = attempts;
        this.cancelled = cancelled;
    }

    /** The operation's id. */
    public String operation() {
        return operation;
    }

    /** Whose service it called, if it came that far. */
    public Optional<Vendor> vendor() {
        return Optional.ofNullable(vendor).map(Vendor::of);
    }

    /** From the call to its end, waiting and repetitions included. */
    public Duration duration() {
        return Duration.of(micros, ChronoUnit.MICROS);
    }

    /** The kind of its error; empty when it succeeded. */
    public Optional<ErrorKind> error() {
        return status == 0 ? Optional.empty() : Optional.of(ShirenException.kind(status));
    }

    /** Whether it was paid for. */
    public Billed billed() {
        return billed >= 0 && billed < BILLED.length ? BILLED[billed] : Billed.UNKNOWN;
    }

    /** How many requests went out, or tried to. */
    public int attempts() {
        return attempts;
    }

    /** Whether the caller gave it up: cancelled it, or closed the client. */
    public boolean cancelled() {
        return cancelled;
    }

    /** One line for a log. */
    public String sentence() {
        String end = error().map(ErrorKind::toString).orElse("ok");
        return String.format(Locale.ROOT, "%s: %s, billed %s, %.1f ms", operation, end, billed(), micros / 1000.0);
    }

    @Override
    public String toString() {
        return "Outcome{" + sentence() + ", attempts=" + attempts + ", cancelled=" + cancelled + "}";
    }
}
