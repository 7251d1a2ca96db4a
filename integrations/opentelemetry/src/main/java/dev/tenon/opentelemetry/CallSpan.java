package dev.tenon.opentelemetry;

import dev.tenon.provider.ModelInfo;
import dev.tenon.scope.Scope;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The span of one call of a model, where it belongs. Thread-safe. */
final class CallSpan {
    private final Recording recording;
    private final @Nullable Tree tree;

    private CallSpan(Recording recording, @Nullable Tree tree) {
        this.recording = recording;
        this.tree = tree;
    }

    static CallSpan begin(Tracing tracing, String operation, ModelInfo info, Scope call) {
        Tree tree = tracing.quiet()
                .get(() -> call.carried(Tree.class), java.util.Optional.<Tree>empty())
                .orElse(null);
        Tree.Place place = tracing.quiet().get(() -> Tree.above(call), new Tree.Place(Context.root(), null));
        Recording recording = Recording.begin(tracing.quiet(), () -> tracing.call(operation, info), place.context());
        int attempt = place.attempt();
        recording.say(it -> {
            Said.text(it, Names.CALL, call.id());
            Said.text(it, Names.CONVERSATION, place.conversation());
            Said.text(it, Names.PURPOSE, place.purpose());
            it.setAttribute(Names.ATTEMPT, (long) attempt);
        });
        return new CallSpan(tree == null ? recording : tree.keep(recording), tree);
    }

    void say(Consumer<Span> more) {
        recording.say(more);
    }

    Recording.Current current() {
        return recording.current();
    }

    void end() {
        if (tree == null) {
            recording.end();
        } else {
            tree.ended(recording);
        }
    }
}
