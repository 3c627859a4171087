/** Calls native code that is wrong on purpose. */
final class Caught {
    static native void wrong(int[] array);

    public static void main(String[] arguments) {
        System.load(arguments[0]);
        try {
            wrong(new int[1]);
        } catch (ArrayIndexOutOfBoundsException expected) {
            System.out.println("it was thrown");
        }
    }
}
