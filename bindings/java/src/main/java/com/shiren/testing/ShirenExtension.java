package com.shiren.testing;

import com.shiren.Client;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * For JUnit 5: {@code @ExtendWith(ShirenExtension.class)}. Tests that take a {@link Sandbox} or a {@link Client} get one; there is
 * one sandbox for the whole run, with nothing in its ledger before each test, and the test's client is closed behind it.
 */
public final class ShirenExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final ExtensionContext.Namespace HERE = ExtensionContext.Namespace.create(ShirenExtension.class);

    /** JUnit makes it. */
    public ShirenExtension() {}

    private static final class Running implements ExtensionContext.Store.CloseableResource {
        final Sandbox sandbox = Sandbox.start();

        @Override
        public void close() {
            sandbox.close();
        }
    }

    private static Sandbox sandbox(ExtensionContext context) {
        return context.getRoot().getStore(HERE).getOrComputeIfAbsent(Running.class, key -> new Running(), Running.class).sandbox;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        sandbox(context).reset();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Client client = context.getStore(HERE).remove(Client.class, Client.class);
        if (client != null) {
            client.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Sandbox.class || type == Client.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (parameter.getParameter().getType() == Sandbox.class) {
            return sandbox(context);
        }
        return context.getStore(HERE).getOrComputeIfAbsent(Client.class, key -> sandbox(context).client(), Client.class);
    }
}
