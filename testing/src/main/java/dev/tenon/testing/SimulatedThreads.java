package dev.tenon.testing;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads with a scheduler of one's own. The JDK has it since 21, and keeps it for itself: a builder takes an executor, to which a thread is given each time it can go on; threads
 * that a virtual thread starts have its scheduler (JDK 25, {@code java.lang.VirtualThread}, constructor).
 */
final class SimulatedThreads {
    private SimulatedThreads() {}

    /** A builder of threads that are given to this executor whenever they can go on. */
    static Thread.Builder.OfVirtual builder(Executor scheduler) {
        try {
            Constructor<?> constructor = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            constructor.setAccessible(true);
            return (Thread.Builder.OfVirtual) constructor.newInstance(scheduler);
        } catch (InaccessibleObjectException e) {
            throw new IllegalStateException(
                    "this JVM does not let threads be simulated; start it with --add-opens java.base/java.lang="
                            + name(),
                    e);
        } catch (ReflectiveOperationException e) {
            throw unknown(e);
        }
    }

    /** The thread that goes on when this is run. */
    static Thread thread(Runnable continuation) {
        try {
            for (Field field : continuation.getClass().getDeclaredFields()) {
                if (Thread.class.isAssignableFrom(field.getType())) {
                    field.setAccessible(true);
                    return (Thread) field.get(continuation);
                }
            }
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            throw unknown(e);
        }
        throw unknown(null);
    }

    private static String name() {
        Module own = SimulatedThreads.class.getModule();
        return own.isNamed() ? own.getName() : "ALL-UNNAMED";
    }

    private static IllegalStateException unknown(@Nullable Exception cause) {
        return new IllegalStateException(
                "threads cannot be simulated on Java " + Runtime.version()
                        + ", whose virtual threads are made in another way than those of 21 and 25",
                cause);
    }
}
