package com.shiren;

import java.util.Map;

/** What was counted since a client was made. */
public final class Counters {
    private final Map<?, ?> found;

    Counters(Object found) {
        this.found = (Map<?, ?>) found;
    }

    private long at(String name) {
        return ((Number) found.get(name)).longValue();
    }

    /** All calls that ended. */
    public long calls() {
        return at("calls");
    }

    /** Those that ended in an error, cancelled ones included. */
    public long errors() {
        return at("errors");
    }

    /** Those that the caller gave up. */
    public long cancelled() {
        return at("cancelled");
    }

    /** Those that were paid for. */
    public long billed() {
        return at("billed");
    }

    /** Those of which nobody knows whether they were paid for. */
    public long unknown() {
        return at("unknown");
    }

    @Override
    public String toString() {
        return "Counters" + found;
    }
}
