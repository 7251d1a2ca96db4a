package dev.tenon.provider;

import dev.tenon.provider.ModelInfo.Ability;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a {@link ProviderFactory} makes, readable without making one: see {@link FactoryInfo}. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ProvidesModels {
    /** How it is asked for, for example {@code openai}: lower-case letters, digits and hyphens. */
    String name();

    /** What it is, in a line. */
    String about();

    /** The type of its configuration; the schema is that of the type. */
    Class<?> config();

    /** What its models can do, as far as the kind goes: each model may do less. */
    Ability[] abilities() default {};

    /** Names of models that are known to work, for people and lists; others are not refused. */
    String[] models() default {};

    /** What it cannot do or needs, each in a line. */
    String[] constraints() default {};
}
