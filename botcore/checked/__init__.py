"""Text from people → checked values, a file for each subject. `botcore.validators` is where the others import them."""
