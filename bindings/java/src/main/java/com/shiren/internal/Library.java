package com.shiren.internal;

import com.shiren.ShirenException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;

/**
 * Loads the native library, once for each class loader. It comes out of the jar by way of a folder that only this user can
 * reach, and that is gone again when the library is loaded; each class loader has a copy of its own, so that a web
 * application can be loaded again.
 */
public final class Library {
    /** A file, or the folder that holds it: used in place of the one in the jar. */
    public static final String PROPERTY = "shiren.library.path";

    private static boolean loaded;

    private Library() {}

    /** Loads it, or says why that cannot be: each time, not only the first. */
    public static synchronized void load() {
        if (loaded) {
            return;
        }
        String place = System.getProperty(PROPERTY);
        if (place != null && !place.isEmpty()) {
            Path given = Paths.get(place);
            link(Files.isDirectory(given) ? given.resolve(fileName()) : given, true);
        } else {
            extract();
        }
        if (Native.abiVersion() != Native.ABI) {
            throw refused("the native library is of another version than this jar", "use both out of one jar");
        }
        loaded = true;
    }

    /** {@code linux-x86_64}, and so on: the folder in the jar. */
    static String platform(String os, String arch) {
        String system = os.toLowerCase(Locale.ROOT);
        String machine = arch.toLowerCase(Locale.ROOT);
        String name = system.startsWith("mac") ? "macos" : system.startsWith("windows") ? "windows" : system;
        switch (machine) {
            case "amd64":
            case "x64":
                machine = "x86_64";
                break;
            case "arm64":
                machine = "aarch64";
                break;
            default:
        }
        return (name + "-" + machine).replace(' ', '_');
    }

    private static String fileName() {
        return System.mapLibraryName("shiren_jni");
    }

    private static void extract() {
        String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        String resource = "META-INF/native/" + platform + "/" + fileName();
        try (InputStream from = open(resource)) {
            if (from == null) {
                throw refused(
                        "this jar has no native library for " + platform,
                        "build it with bindings/java/native.sh on that system, and name its folder by -D" + PROPERTY);
            }
            Path folder = privateFolder();
            Path file = folder.resolve(fileName());
            try {
                Files.copy(from, file);
                link(file, false);
            } finally {
                // What is loaded stays loaded. Windows keeps the file of a loaded library: there it goes with the process.
                if (!file.toFile().delete()) {
                    file.toFile().deleteOnExit();
                }
                if (!folder.toFile().delete()) {
                    folder.toFile().deleteOnExit();
                }
            }
        } catch (IOException error) {
            throw refused(
                    "the native library cannot be unpacked: " + error.getClass().getSimpleName(),
                    "-Djava.io.tmpdir names another temporary folder, -D" + PROPERTY + " a library that is unpacked already");
        }
    }

    private static InputStream open(String resource) {
        ClassLoader loader = Library.class.getClassLoader();
        return loader == null ? ClassLoader.getSystemResourceAsStream(resource) : loader.getResourceAsStream(resource);
    }

    /** A new folder that nobody else can write to: who could would choose what this process loads. */
    static Path privateFolder() throws IOException {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            return Files.createTempDirectory("shiren-");
        }
        Set<PosixFilePermission> own = PosixFilePermissions.fromString("rwx------");
        Path folder = Files.createTempDirectory("shiren-", PosixFilePermissions.asFileAttribute(own));
        if (!Files.getPosixFilePermissions(folder).equals(own)) {
            throw new IOException("the temporary folder is open to others");
        }
        return folder;
    }

    private static void link(Path file, boolean given) {
        try {
            System.load(file.toAbsolutePath().toString());
        } catch (UnsatisfiedLinkError error) {
            String why = String.valueOf(error.getMessage());
            if (why.contains("another classloader")) {
                throw refused(
                        "the native library is in use by another class loader of this process",
                        "leave -D" + PROPERTY + " out: each class loader then gets a copy of its own out of the jar");
            }
            throw refused(
                    "the native library cannot be loaded: " + why.replace(file.getParent() + File.separator, ""),
                    given
                            ? "-D" + PROPERTY + " names a library for this system and processor, or its folder"
                            : "where temporary folders may not hold programs (noexec), -Djava.io.tmpdir names another one");
        }
    }

    private static ShirenException refused(String message, String hint) {
        return ShirenException.of("configuration", message, null, hint);
    }
}
