package com.shiren.testing;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.TimeUnit;

/** The program {@code shiren} as a sandbox. */
final class Program {
    private static final boolean WINDOWS = File.separatorChar == '\\';

    private final Process process;
    private final Thread atExit;
    /** Its first line. */
    final String ready;

    private Program(Process process, String ready) {
        this.process = process;
        this.ready = ready;
        this.atExit = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** {@code SHIREN_BINARY}, else the one on the path. */
    static String path() {
        String given = System.getenv("SHIREN_BINARY");
        if (given != null && !given.isEmpty()) {
            if (!new File(given).canExecute()) {
                throw new IllegalStateException("SHIREN_BINARY names " + given + ", which is no program");
            }
            return given;
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            File file = new File(folder, WINDOWS ? "shiren.exe" : "shiren");
            if (!folder.isEmpty() && file.canExecute() && file.isFile()) {
                return file.getPath();
            }
        }
        throw new IllegalStateException(
                "the program `shiren` was not found: install it (cargo install --path cli), or set SHIREN_BINARY to where it is");
    }

    static Program start(boolean lenient) {
        List<String> command = new ArrayList<>(Arrays.asList(path(), "sandbox", "--port", "0"));
        if (lenient) {
            command.add("--lenient");
        }
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.to(new File(WINDOWS ? "NUL" : "/dev/null")))
                    .start();
            Timer timer = new Timer(true);
            timer.schedule(
                    new TimerTask() {
                        @Override
                        public void run() {
                            process.destroyForcibly();
                        }
                    },
                    15_000);
            String line = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
            timer.cancel();
            if (line == null) {
                process.destroyForcibly();
                throw new IllegalStateException(command.get(0) + " did not become ready");
            }
            return new Program(process, line);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    boolean runs() {
        return process.isAlive();
    }

    void stop() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException error) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException ending) {
            // The process ends already.
        }
    }
}
