package com.shiren.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

/** The folder that the library is unpacked into. */
class LibraryTest {
    @Test
    void nobodyElseCanReachIt() throws Exception {
        Path folder = Library.privateFolder();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
        Files.delete(folder);
    }
}
