package com.shiren;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.shiren.testing.Sandbox;
import com.shiren.testing.ShirenExtension;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What needs a process of its own. */
@ExtendWith(ShirenExtension.class)
class ProcessTest {
    private static final Path CLASSES = Path.of(System.getProperty("shiren.target"), "classes").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();

    private String run(int status, List<String> options, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(options);
        command.addAll(List.of(
                "-Xmx128m", "-Dshiren.root=" + People.ROOT, "-Dshiren.classes=" + CLASSES + "/", "-cp",
                CLASSES + File.pathSeparator + CLASSES.resolveSibling("test-classes"), "com.shiren.Programs"));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectOutput(out.toFile()).redirectError(folder.resolve("err").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it does not end: " + Files.readString(out));
        }
        assertEquals(status, process.exitValue(), () -> text("out") + text("err"));
        return Files.readString(out);
    }

    private String text(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException error) {
            return error.toString();
        }
    }

    private static Path library() throws IOException {
        try (Stream<Path> files = Files.walk(CLASSES.resolve("META-INF/native"))) {
            return files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
    }

    @Test
    void exitWhileCallsAreOnTheirWay(Sandbox sandbox) throws Exception {
        long began = System.nanoTime();
        assertEquals("exits\n", run(3, List.of(), "exit", sandbox.url()));
        assertTrue(System.nanoTime() - began < 20_000_000_000L);
    }

    @Test
    void noThreadKeepsTheProcess(Sandbox sandbox) throws Exception {
        assertEquals("ends\n", run(0, List.of(), "end", sandbox.url()));
    }

    @Test
    void aForgottenClientIsClosed(Sandbox sandbox) throws Exception {
        String seen = run(0, List.of("-Dshiren.forgotten.ms=50"), "forgotten", sandbox.url());
        assertTrue(seen.startsWith("0 threads; ") && seen.contains("a client was not closed"), seen);
    }

    @Test
    void classLoadersComeAndGo(Sandbox sandbox) throws Exception {
        assertEquals(
                "its own class\ntrue\nits own class\ntrue\nleft: 0\n", run(0, List.of(), "loaders", sandbox.url()));
    }

    @Test
    void aLibraryOfOnesOwn(Sandbox sandbox) throws Exception {
        Path file = library();
        assertEquals(System.getProperty("shiren.version") + "\n", run(0, List.of("-Dshiren.library.path=" + file), "version"));
        assertEquals(System.getProperty("shiren.version") + "\n", run(0, List.of("-Dshiren.library.path=" + file.getParent()), "version"));
        String none = run(0, List.of("-Dshiren.library.path=/nowhere"), "refused");
        assertTrue(none.lines().count() == 2 && none.lines().distinct().count() == 1, none);
        assertTrue(none.startsWith("configuration: the native library cannot be loaded") && none.contains("-Dshiren.library.path"), none);
        // One file can be loaded by one class loader only.
        run(1, List.of("-Dshiren.library.path=" + file), "loaders", sandbox.url());
        assertTrue(text("err").contains("in use by another class loader") && text("err").contains("leave -Dshiren.library.path out"),
                text("err"));
    }

    @Test
    void nothingIsLeftOfWhatWasUnpacked() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        assertEquals("left: []\n", run(0, List.of("-Djava.io.tmpdir=" + temporary), "unpacked"));
        String none = run(0, List.of("-Djava.io.tmpdir=" + folder.resolve("none")), "refused");
        assertTrue(none.contains("cannot be unpacked") && none.contains("java.io.tmpdir"), none);
    }

    @Test
    void theSandboxIsNotThere() throws Exception {
        environment.put("SHIREN_BINARY", "/nowhere");
        assertEquals("SHIREN_BINARY names /nowhere, which is no program\n", run(0, List.of(), "program"));
        environment.put("SHIREN_BINARY", "");
        environment.put("PATH", folder.toString());
        assertTrue(run(0, List.of(), "program").contains("set SHIREN_BINARY"));
    }

    @Test
    void anotherSystemIsToldSo() throws Exception {
        String none = run(0, List.of("-Dos.arch=riscv64"), "refused");
        assertTrue(none.contains("this jar has no native library for linux-riscv64"), none);
    }
}
