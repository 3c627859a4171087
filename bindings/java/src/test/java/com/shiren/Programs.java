package com.shiren;

import com.shiren.testing.Sandbox;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Programs of their own process: what happens at its end, and with class loaders. Each says what it saw, and ProcessTest reads it. */
final class Programs {
    private Programs() {}

    public static void main(String[] arguments) throws Exception {
        String url = arguments.length > 1 ? arguments[1] : "";
        switch (arguments[0]) {
            case "version" -> System.out.println(Shiren.version());
            case "unpacked" -> unpacked(Path.of(System.getProperty("java.io.tmpdir")));
            case "refused" -> refused();
            case "program" -> program();
            case "exit" -> exit(url);
            case "end" -> end(url);
            case "forgotten" -> forgotten(url);
            case "loaders" -> loaders(url);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** Nothing is left of what was unpacked. */
    private static void unpacked(Path folder) throws IOException {
        Shiren.version();
        try (var found = Files.list(folder)) {
            System.out.println("left: " + found.filter(one -> one.getFileName().toString().startsWith("shiren-")).toList());
        }
    }

    /** Twice: the second time says the same. */
    private static void refused() {
        for (int time = 0; time < 2; time++) {
            try {
                Shiren.version();
                System.out.println("loaded");
            } catch (ConfigurationException error) {
                System.out.println(error.getMessage());
            }
        }
    }

    /** Which program would be the sandbox. */
    private static void program() {
        try (Sandbox sandbox = Sandbox.start()) {
            System.out.println(sandbox);
        } catch (IllegalStateException error) {
            System.out.println(error.getMessage());
        }
    }

    /** System.exit while calls wait. */
    private static void exit(String url) throws Exception {
        Sandbox sandbox = Sandbox.at(url);
        sandbox.fault("hang", People.map("times", 8));
        Client client = sandbox.client();
        for (int number = 0; number < 4; number++) {
            client.juhe().verifyface().verify2Async(People.passing(sandbox));
            new Thread(() -> client.juhe().verifyface().verify2(People.passing(sandbox))).start();
        }
        while (sandbox.journal().size() < 8) {
            Thread.sleep(5);
        }
        System.out.println("exits");
        System.exit(3);
    }

    /** main returns, and the client was not closed: no thread of the library keeps the process alive. */
    private static void end(String url) {
        Sandbox sandbox = Sandbox.at(url);
        Client client = sandbox.client();
        client.juhe().verifyface().verify2Async(People.passing(sandbox)).join();
        System.out.println("ends");
    }

    /** A client that was not closed is closed when nobody can use it any more. */
    private static void forgotten(String url) throws Exception {
        StringBuffer log = new StringBuffer();
        Logger logger = Logger.getLogger("shiren");
        logger.addHandler(new Handler() {
            @Override
            public void publish(LogRecord line) {
                log.append(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        use(url);
        for (int look = 0; look < 200 && running() > 0; look++) {
            System.gc();
            Thread.sleep(25);
        }
        System.out.println(running() + " threads; " + log);
    }

    private static void use(String url) {
        Sandbox.at(url).client().juhe().verifyface().verify2(People.passing(Sandbox.at(url)));
    }

    private static long running() {
        return Thread.getAllStackTraces().keySet().stream().filter(one -> one.getName().startsWith("shiren-")).count();
    }

    /** Two class loaders at once, each with a library of its own; when their clients are closed, both can go. */
    private static void loaders(String url) throws Exception {
        List<WeakReference<ClassLoader>> gone = twoLoaders(url);
        for (int look = 0; look < 400 && gone.stream().anyMatch(one -> one.get() != null); look++) {
            System.gc();
            Thread.sleep(25);
        }
        System.out.println("left: " + gone.stream().filter(one -> one.get() != null).count());
    }

    private static List<WeakReference<ClassLoader>> twoLoaders(String url) throws Exception {
        List<WeakReference<ClassLoader>> gone = new ArrayList<>();
        List<AutoCloseable> open = new ArrayList<>();
        for (int number = 0; number < 2; number++) {
            URLClassLoader loader = new URLClassLoader(
                    new URL[] {Path.of(System.getProperty("shiren.classes")).toUri().toURL()}, ClassLoader.getPlatformClassLoader());
            gone.add(new WeakReference<>(loader));
            Class<?> type = loader.loadClass("com.shiren.testing.Sandbox");
            Object sandbox = type.getMethod("at", String.class).invoke(null, url);
            AutoCloseable client = (AutoCloseable) type.getMethod("client").invoke(sandbox);
            System.out.println(client.getClass() == Client.class ? "one class" : "its own class");
            System.out.println(client.getClass().getMethod("call", String.class, String.class)
                    .invoke(client, "check.mobile", "{\"mobile\":\"13800138000\"}").toString().contains("accepted"));
            open.add(client);
        }
        for (AutoCloseable client : open) {
            client.close();
        }
        return gone;
    }
}
