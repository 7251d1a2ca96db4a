package dev.tenon.run;

import dev.tenon.event.Event;
import dev.tenon.provider.Delta;
import dev.tenon.provider.Notice;
import dev.tenon.run.Performer.EffectCall;
import dev.tenon.scope.Scope;
import dev.tenon.scope.Scoped;
import dev.tenon.scope.TimeSource;

/** The calls of a run: the life of each effect, and how whoever performs it, or a child run, tells the run. */
final class EffectCalls {
    private final String run;
    private final TimeSource time;
    private final Desk desk;
    private final Mailbox mailbox;
    private final Teller teller;
    private final Runnable deliver;
    private final Children children;

    /** Runs children of effects. */
    interface Children {
        <I, S, R> Binding.Finished<S> run(Effect of, String name, Binding<I, S, R> program, I input, EffectCall call);
    }

    EffectCalls(
            String run,
            TimeSource time,
            Desk desk,
            Mailbox mailbox,
            Teller teller,
            Runnable deliver,
            Children children) {
        this.children = children;
        this.run = run;
        this.time = time;
        this.desk = desk;
        this.mailbox = mailbox;
        this.teller = teller;
        this.deliver = deliver;
    }

    static Reporting here(Effect effect, Scope life, EffectCalls calls) {
        return calls.new Here(effect, life);
    }

    static Reporting flying(Effect effect, Scope life, EffectCalls calls) {
        return calls.new Flying(effect, life);
    }

    /** What both kinds of call share: the life of an effect, and how a child run tells this one. */
    abstract class Reporting implements EffectCall, Desk.Above, Scoped {
        final Effect effect;
        private final Scope life;

        Reporting(Effect effect, Scope life) {
            this.effect = effect;
            this.life = life;
        }

        @Override
        public Scope scope() {
            return life;
        }

        @Override
        public String run() {
            return run;
        }

        @Override
        public String id() {
            return run + "/" + effect.key();
        }

        @Override
        public <I, S, R> Binding.Finished<S> child(String name, Binding<I, S, R> program, I input) {
            return children.run(effect, name, program, input, this);
        }

        @Override
        public boolean watched() {
            return desk.streams();
        }

        @Override
        public boolean listens() {
            return desk.listens();
        }

        @Override
        public boolean streams() {
            return desk.streams();
        }

        @Override
        public void delta(Delta delta) {
            delta(run, delta);
        }

        @Override
        public TimeSource time() {
            return time;
        }
    }

    /** On the run's own thread, but for what other threads tell. */
    private final class Here extends Reporting {
        private final Thread thread = Thread.currentThread();

        Here(Effect effect, Scope life) {
            super(effect, life);
        }

        @Override
        public void delta(String run, Delta delta) {
            if (Thread.currentThread().equals(thread)) {
                desk.delta(run, delta);
            } else {
                mailbox.put(() -> desk.delta(run, delta));
            }
        }

        @Override
        public void event(Event event) {
            if (Thread.currentThread().equals(thread)) {
                desk.pass(event);
                deliver.run();
            } else {
                mailbox.offer(() -> desk.pass(event));
            }
        }

        @Override
        public void notice(Notice notice) {
            if (!desk.listens()) {
                return;
            }
            if (Thread.currentThread().equals(thread)) {
                teller.noticed(effect, notice);
                deliver.run();
            } else {
                mailbox.offer(() -> teller.noticed(effect, notice));
            }
        }
    }

    /** On a thread of its own. */
    private final class Flying extends Reporting {
        Flying(Effect effect, Scope life) {
            super(effect, life);
        }

        @Override
        public void delta(String run, Delta delta) {
            mailbox.put(() -> desk.delta(run, delta));
        }

        @Override
        public void event(Event event) {
            mailbox.put(() -> desk.pass(event));
        }

        @Override
        public void notice(Notice notice) {
            if (desk.listens()) {
                mailbox.offer(() -> teller.noticed(effect, notice));
            }
        }
    }
}
