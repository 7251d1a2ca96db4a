package dev.tenon.testing;

import dev.tenon.json.Json;
import dev.tenon.run.Binding;
import dev.tenon.run.Effect;
import dev.tenon.run.Fact;
import dev.tenon.run.ForwardingBinding;
import dev.tenon.run.Machine;
import dev.tenon.run.Next;
import dev.tenon.run.Performer;
import dev.tenon.run.Program;
import dev.tenon.run.RunEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A program whose runs prove that its machine is pure and that its state is a fold: before every step the state is folded afresh from all facts so far, and every fact, effect
 * and state goes through JSON text. Whatever a run of the program gives, a run of this gives too; where it does not, the machine keeps something that is not in its
 * facts, or something in them has no JSON form. Quadratic in the length of a run. Immutable.
 *
 * {@snippet lang=java :
 * RunResult same = Runner.plain().run(FoldedProgram.of(agent), RunRequest.of("…"));
 * }
 */
public final class FoldedProgram {
    private FoldedProgram() {}

    /** This program and its children, folded afresh before every step. */
    public static <I, R> Program<I, R> of(Program<I, R> program) {
        Objects.requireNonNull(program, "program");
        return () -> folded(program.binding());
    }

    private static <I, S, R> Binding<I, ?, R> folded(Binding<I, S, R> binding) {
        return new FoldedBinding<>(binding);
    }

    private record FoldedMachine<S>(Machine<S> machine) implements Machine<Json> {
        @Override
        public Json blank() {
            return Json.Arr.EMPTY;
        }

        @Override
        public Next<Json> next(Json state, Fact fact) {
            List<Json> facts = new ArrayList<>(state.asArr().items());
            facts.add(through(fact));
            Next<S> last = fold(facts);
            List<Effect> effects = new ArrayList<>();
            for (Effect effect : last.effects()) {
                effects.add(through(effect).as(Effect.class));
            }
            RunEnd end = last.end() == null ? null : through(last.end()).as(RunEnd.class);
            return new Next<>(Json.Arr.of(facts), effects, end);
        }

        @SuppressWarnings("unchecked")
        private Next<S> fold(List<Json> facts) {
            Class<?> type = machine.blank().getClass();
            S state = machine.blank();
            Next<S> next = Next.wait(state);
            for (Json fact : facts) {
                S read = (S) through(next.state()).as(type);
                next = machine.next(read, fact.as(Fact.class));
            }
            return next;
        }

        S state(Json facts) {
            return fold(facts.asArr().items()).state();
        }
    }

    private static Json through(Object value) {
        return Json.parse(Json.of(value).toString());
    }

    private static final class FoldedBinding<I, S, R> extends ForwardingBinding<I, Json, R> {
        private final Binding<I, S, R> binding;

        FoldedBinding(Binding<I, S, R> binding) {
            super(binding);
            this.binding = binding;
        }

        @Override
        public Machine<Json> machine(I input) {
            return new FoldedMachine<>(binding.machine(binding.decode(through(binding.encode(input)))));
        }

        @Override
        public Performer performer(I input) {
            Performer performer = binding.performer(input);
            return new Performer() {
                @Override
                public dev.tenon.run.Outcome perform(Effect effect, EffectCall call) {
                    return through(performer.perform(effect, call)).as(dev.tenon.run.Outcome.class);
                }

                @Override
                public Doubt doubt(Effect effect, EffectCall call) {
                    return performer.doubt(effect, call);
                }
            };
        }

        @Override
        public R result(I input, Finished<Json> finished) {
            S state = new FoldedMachine<>(binding.machine(input)).state(finished.state());
            return binding.result(
                    input,
                    new Finished<>(
                            finished.run(),
                            state,
                            finished.end(),
                            finished.spent(),
                            finished.abandoned(),
                            finished.took()));
        }

        @Override
        public Optional<Program<?, ?>> child(String name) {
            return binding.child(name).map(FoldedBinding::child);
        }

        private static <J, T> Program<J, T> child(Program<J, T> program) {
            return FoldedProgram.of(program);
        }
    }
}
