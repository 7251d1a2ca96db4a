package dev.tenon.tool;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method as a tool, see {@link Toolset#of(Object)}. Its parameters are the arguments; a parameter of type {@link ToolContext} is given the
 * context.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface ToolMethod {
    /** The description for the model. */
    String value();

    /** The tool's name; empty: the method's. */
    String name() default "";

    /** What a call does to the world. */
    ToolSpec.Trait[] traits() default {};

    /** How long one call may take, in seconds; 0: the default of {@link ToolSpec#DEFAULT_TIMEOUT}. */
    double timeoutSeconds() default 0;
}
