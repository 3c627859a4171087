package com.shiren.internal;

/** A call on its way. */
abstract class Pending {
    /** The library's number of it, or 0 before it is started. */
    volatile long id;

    /** It ended; called once, on the thread that collects, which must not be held up. */
    abstract void end(Raw raw);

    /** It ended, and how cannot be told for want of memory. */
    abstract void lost(Throwable why);
}
