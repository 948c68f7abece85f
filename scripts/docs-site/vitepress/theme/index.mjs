// The default theme with the reader's own fonts: the site asks no other host for anything.
import DefaultTheme from "vitepress/theme-without-fonts";
import "./style.css";

export default DefaultTheme;
