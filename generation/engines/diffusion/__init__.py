"""What diffusion models of video with sound have in common. One folder beside this per family."""
