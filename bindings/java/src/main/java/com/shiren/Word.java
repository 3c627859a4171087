package com.shiren;

/**
 * A word out of a list that a later version may lengthen. Those that this version knows are constants, and the same object each
 * time: {@code verdict.decision() == Decision.PASSED}. {@code toString} is the word itself, for {@code switch}.
 */
public abstract class Word {
    private final String text;
    private final boolean known;

    /** A word. */
    protected Word(String text, boolean known) {
        this.text = text;
        this.known = known;
    }

    /** Whether this version knows the word. */
    public final boolean known() {
        return known;
    }

    @Override
    public final String toString() {
        return text;
    }

    @Override
    public final boolean equals(Object other) {
        return other != null && other.getClass() == getClass() && ((Word) other).text.equals(text);
    }

    @Override
    public final int hashCode() {
        return text.hashCode();
    }
}
