package com.shiren;

import java.time.Duration;

/** What may be said about one call: {@code CallOptions.timeout(Duration.ofSeconds(5)).withRaw()}. */
public final class CallOptions {
    /** The configuration's time-out, and no raw text. */
    public static final CallOptions DEFAULT = new CallOptions(0, false);

    private static final long MOST = 0xFFFF_FFFEL;

    private final long timeoutMillis;
    private final boolean raw;

    private CallOptions(long timeoutMillis, boolean raw) {
        this.timeoutMillis = timeoutMillis;
        this.raw = raw;
    }

    /** Time for the whole call, waiting and repetitions included: a millisecond to 49 days. */
    public static CallOptions timeout(Duration timeout) {
        return DEFAULT.withTimeout(timeout);
    }

    /** Keeps the vendor's text in {@code raw} of the reply. It may hold a person's data. */
    public static CallOptions raw() {
        return DEFAULT.withRaw();
    }

    /** The same with this time for the whole call. */
    public CallOptions withTimeout(Duration timeout) {
        return new CallOptions(millis(timeout, "timeout"), raw);
    }

    /** The same with the vendor's text. */
    public CallOptions withRaw() {
        return new CallOptions(timeoutMillis, true);
    }

    static long millis(Duration time, String field) {
        boolean fits = !time.isNegative() && time.getSeconds() <= MOST / 1000;
        long millis = fits ? time.toMillis() : 0;
        if (millis < 1 || millis > MOST) {
            throw ShirenException.of("invalid_argument", "this must be a time from 1 millisecond to 49 days", field, null);
        }
        return millis;
    }

    /** Milliseconds as the library takes them; 0: the configuration's. */
    public int timeoutMillis() {
        return (int) timeoutMillis;
    }

    /** Whether the vendor's text is kept. */
    public boolean keepsRaw() {
        return raw;
    }

    @Override
    public String toString() {
        return "CallOptions{timeout=" + (timeoutMillis == 0 ? "default" : timeoutMillis + " ms") + ", raw=" + raw + "}";
    }
}
