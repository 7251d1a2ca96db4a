package dev.tenon.run;

import dev.tenon.error.Failure;
import dev.tenon.error.TenonException;
import dev.tenon.run.Performer.EffectCall;
import dev.tenon.scope.Stop;
import dev.tenon.scope.StoppedException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every effect goes through here: interceptors around the work, and a guard around both that makes an outcome of whatever happens. */
final class Door {
    private static final Logger LOG = LoggerFactory.getLogger(Door.class);

    private final List<Interceptor> interceptors;
    private final Performer performer;

    Door(List<Interceptor> interceptors, Performer performer) {
        this.interceptors = interceptors;
        this.performer = performer;
    }

    /** Performs an effect. Throws nothing but {@link Interceptor.Resting} and {@link Broken}. */
    Outcome perform(Effect effect, EffectCall call) {
        try {
            Outcome outcome = interceptors.isEmpty()
                    ? performer.perform(effect, call)
                    : new Passage(effect, call, 0).proceed(effect);
            return checked(effect, outcome);
        } catch (Interceptor.Resting | Broken passing) {
            throw passing;
        } catch (StoppedException e) {
            return new Outcome.Stopped(call.stop().orElse(e.stop()));
        } catch (Throwable thrown) {
            Optional<Stop> stop = call.stop();
            if (stop.isPresent()) {
                return new Outcome.Stopped(stop.get());
            }
            if (!(thrown instanceof TenonException)) {
                LOG.debug("{} failed", call.id(), thrown);
            }
            return new Outcome.Failed(Failure.of(thrown));
        }
    }

    /** A child run could not be run at all, as where the journal cannot be written: that is no outcome, it breaks off the run above too. Passes the interceptors. */
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final RuntimeException cause;

        Broken(RuntimeException cause) {
            super("a child run could not be run", cause, false, false);
            this.cause = cause;
        }
    }

    /** One interceptor, and what comes after it. */
    private final class Passage implements Interceptor.Chain {
        private final Effect asked;
        private final EffectCall call;
        private final int at;
        private boolean gone;

        Passage(Effect asked, EffectCall call, int at) {
            this.asked = asked;
            this.call = call;
            this.at = at;
        }

        @Override
        public Outcome proceed(Effect effect) {
            if (gone) {
                throw new IllegalStateException("an interceptor proceeded twice with " + asked.key()
                        + "; an effect is performed once: call chain.proceed at most once");
            }
            gone = true;
            if (effect == null
                    || effect.getClass() != asked.getClass()
                    || !effect.key().equals(asked.key())) {
                throw new IllegalStateException("an interceptor proceeded with "
                        + (effect == null ? "null" : effect.getClass().getSimpleName() + " " + effect.key())
                        + " instead of " + asked.getClass().getSimpleName() + " " + asked.key()
                        + "; it may change an effect's content, not its kind or key");
            }
            if (at == interceptors.size()) {
                return performer.perform(effect, call);
            }
            Interceptor interceptor = interceptors.get(at);
            return checked(effect, interceptor.around(effect, call, new Passage(effect, call, at + 1)));
        }
    }

    private static Outcome checked(Effect effect, Outcome outcome) {
        if (outcome == null || !fits(effect, outcome)) {
            throw new IllegalStateException(effect.getClass().getSimpleName() + " " + effect.key() + " ended with "
                    + (outcome == null ? "null" : outcome.getClass().getSimpleName())
                    + ", which is no outcome of it; an interceptor or performer must return one that is");
        }
        return outcome;
    }

    private static boolean fits(Effect effect, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Failed failed -> true;
            case Outcome.Limited limited -> true;
            case Outcome.Stopped stopped -> true;
            case Outcome.Loaded loaded -> effect instanceof Effect.LoadContext;
            case Outcome.Replied replied -> effect instanceof Effect.CallModel;
            case Outcome.Interpreted interpreted -> effect instanceof Effect.Interpret;
            case Outcome.Returned returned -> effect instanceof Effect.CallTool;
            case Outcome.Worked worked -> effect instanceof Effect.Work;
            case Outcome.ChildEnded ended -> effect instanceof Effect.RunChild;
            case Outcome.Answered answered -> effect instanceof Effect.Ask;
            case Outcome.Woke woke -> effect instanceof Effect.Sleep;
            case Outcome.Appended appended -> effect instanceof Effect.Append;
        };
    }
}
