package com.shiren.internal;

/** The functions of the shim {@code shiren_jni}: downcalls only. Texts are UTF-8; a handle of 0 is none. */
final class Native {
    /** The version of the ABI that this binding was written for. */
    static final int ABI = 1;

    static final int OK = 0;
    static final int TIMEOUT = 10;

    static final int EVENT_OUTCOME = 1;
    static final int EVENT_LINE = 2;
    static final int EVENT_LOST = 3;
    static final int EVENT_MARK = 4;

    private Native() {}

    static native int abiVersion();

    static native byte[] version();

    static native byte[] operations();

    /** How many clients, queues and replies Java holds. */
    static native long live();

    static native long clientNew(byte[] config, byte[][] text);

    static native int clientClose(long client, int timeoutMs, byte[][] text);

    static native void clientFree(long client);

    static native int clientState(long client, byte[][] text);

    static native int clientObserve(long client, long owner, byte[][] text);

    static native long queueNew();

    static native void queueClose(long queue);

    static native void queueFree(long queue);

    static native int queueNext(long queue, int timeoutMs, long[] numbers, byte[][] text);

    static native int run(long client, byte[] operation, byte[] json, Object[] parts, long[] numbers, byte[][] text);

    static native int start(
            long client, long queue, byte[] operation, byte[] json, Object[] parts, int timeoutMs, boolean raw,
            long tag, long[] numbers, byte[][] text);

    static native boolean cancel(long client, long id);

    static native byte[] responseData(long response, byte[] pointer);

    static native void responseFree(long response);

    static native int logLevel(int level, byte[][] text);

    static native int eventNext(int timeoutMs, long[] numbers, byte[][] texts);

    static native void eventsMark(long mark);

    static native void eventsWake();
}
